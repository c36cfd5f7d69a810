namespace Jevons.Cli;

/// <summary>How the reading of a line ended.</summary>
internal enum LineOutcome
{
    /// <summary>The person pressed Enter.</summary>
    Submitted,

    /// <summary>Ctrl-C.</summary>
    Interrupted,

    /// <summary>Ctrl-D on an empty line, or the end of a file.</summary>
    EndOfInput,
}
