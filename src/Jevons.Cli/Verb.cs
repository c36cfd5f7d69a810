namespace Jevons.Cli;

/// <summary>A verb of the command: its name, and how its part of the command line is made when it is asked for.</summary>
/// <param name="Name">The word after <c>jevons</c>.</param>
/// <param name="Create">Makes the command with its options.</param>
internal sealed record Verb(string Name, Func<CliContext, VerbCommand> Create);
