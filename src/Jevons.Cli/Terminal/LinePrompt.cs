namespace Jevons.Cli;

/// <summary>What stands before a line.</summary>
/// <param name="Text">The prompt.</param>
/// <param name="Hint">Shown behind it while the line is empty.</param>
internal sealed record LinePrompt(string Text, string Hint = "");
