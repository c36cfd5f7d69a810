namespace Jevons.Cli;

/// <summary>A command of the chat.</summary>
/// <param name="Name">Its name with the slash.</param>
/// <param name="Arguments">What may follow, for the help.</param>
/// <param name="Description">What it does.</param>
/// <param name="Run">Does it, with the text behind the name.</param>
internal sealed record ChatCommand(string Name, string Arguments, string Description, Func<ChatState, string, ChatStep> Run);
