namespace Jevons.Tokenization.ChatTemplates;

/// <summary>
/// Budgets that end a hostile template with a clear error. The defaults leave room for conversations of millions of
/// characters and end any template within seconds and a few hundred megabytes.
/// </summary>
public sealed record RenderLimits
{
    /// <summary>The budgets used when none are given.</summary>
    public static RenderLimits Default { get; } = new();

    /// <summary>Evaluated nodes and produced sequence elements.</summary>
    public long MaxSteps { get; init; } = 10_000_000;

    /// <summary>UTF-16 units of all strings built on the way, the output included.</summary>
    public long MaxCharacters { get; init; } = 64L << 20;

    /// <summary>UTF-16 units of the rendered text.</summary>
    public int MaxOutput { get; init; } = 16 << 20;

    /// <summary>Nested evaluations: expressions within expressions, statements within statements, macros within macros.</summary>
    public int MaxDepth { get; init; } = 1_000;

    internal void Validate()
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(MaxSteps);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(MaxCharacters);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(MaxOutput);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(MaxDepth);
    }
}
