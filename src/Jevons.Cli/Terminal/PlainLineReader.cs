namespace Jevons.Cli;

/// <summary>Lines of a file or pipe, and of terminals that cannot move a cursor; prompts are shown only where a person types.</summary>
/// <param name="context">The streams.</param>
internal sealed class PlainLineReader(CliContext context) : ILineReader
{
    /// <inheritdoc/>
    public LineResult ReadLine(LinePrompt prompt, string start, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (context.IsInTerminal)
        {
            TextWriter screen = context.IsOutTerminal ? context.Out : context.Error;
            screen.Write(prompt.Text);
            screen.Flush();
        }

        return context.In.ReadLine() is { } line ? new LineResult(LineOutcome.Submitted, line) : new LineResult(LineOutcome.EndOfInput, "");
    }

    /// <inheritdoc/>
    public void Remember(string entry)
    {
    }
}
