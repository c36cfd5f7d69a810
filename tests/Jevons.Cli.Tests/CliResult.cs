namespace Jevons.Cli.Tests;

/// <summary>What a run of the command gave.</summary>
internal sealed record CliResult(int Code, string Out, string Error);
