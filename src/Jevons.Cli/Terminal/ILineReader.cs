namespace Jevons.Cli;

/// <summary>Reads lines from a person (<see cref="LineEditor"/>) or from a file or pipe (<see cref="PlainLineReader"/>).</summary>
internal interface ILineReader
{
    /// <summary>Reads a line.</summary>
    /// <param name="prompt">What to show.</param>
    /// <param name="start">Text that the line begins with.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The line.</returns>
    LineResult ReadLine(LinePrompt prompt, string start, CancellationToken cancellationToken);

    /// <summary>Takes an entry into the history.</summary>
    /// <param name="entry">What was submitted, all lines of it.</param>
    void Remember(string entry);
}
