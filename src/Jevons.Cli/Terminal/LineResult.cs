namespace Jevons.Cli;

/// <summary>A line that was read.</summary>
/// <param name="Outcome">How the reading ended.</param>
/// <param name="Text">The line without its end; empty unless it was submitted.</param>
internal readonly record struct LineResult(LineOutcome Outcome, string Text);
