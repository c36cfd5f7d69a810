namespace Jevons.Tokenization.ChatTemplates;

/// <summary>
/// A template that does not parse or cannot be rendered. The message starts with the place in the template, except for
/// <see cref="JinjaErrorKind.Raised"/>, where it is exactly what the template said.
/// </summary>
public sealed class JinjaException : Exception
{
    /// <summary>Makes an exception with a place.</summary>
    /// <param name="kind">The kind of failure.</param>
    /// <param name="reason">What was found and what was expected.</param>
    /// <param name="line">Line in the template, from 1; 0 when no place is known.</param>
    /// <param name="column">Column in that line, from 1; 0 when no place is known.</param>
    /// <param name="inner">The exception that carries the same failure without a place.</param>
    public JinjaException(JinjaErrorKind kind, string reason, int line = 0, int column = 0, Exception? inner = null)
        : base(Describe(kind, reason, line, column), inner)
    {
        Kind = kind;
        Reason = reason;
        Line = line;
        Column = column;
    }

    /// <summary>The kind of failure.</summary>
    public JinjaErrorKind Kind { get; }

    /// <summary>The message without the place.</summary>
    public string Reason { get; }

    /// <summary>Line in the template, from 1, or 0 when no place is known.</summary>
    public int Line { get; }

    /// <summary>Column in the line in UTF-16 units, from 1, or 0 when no place is known.</summary>
    public int Column { get; }

    internal static JinjaException Undefined(string reason) => new(JinjaErrorKind.Undefined, reason);

    internal static JinjaException Operation(string reason) => new(JinjaErrorKind.Operation, reason);

    internal static JinjaException Limit(string reason) => new(JinjaErrorKind.Limit, reason);

    /// <summary>The same failure with a place, for where the value code that failed did not know one.</summary>
    internal JinjaException At(int line, int column) => Line > 0 ? this : new JinjaException(Kind, Reason, line, column, this);

    private static string Describe(JinjaErrorKind kind, string reason, int line, int column) =>
        kind == JinjaErrorKind.Raised || line == 0 ? reason : $"template line {line}, column {column}: {reason}";
}
