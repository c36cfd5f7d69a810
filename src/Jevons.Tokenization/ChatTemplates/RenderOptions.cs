namespace Jevons.Tokenization.ChatTemplates;

/// <summary>What a render takes from outside besides its variables.</summary>
public sealed record RenderOptions
{
    /// <summary>Default budgets and no date.</summary>
    public static RenderOptions Default { get; } = new();

    /// <summary>
    /// The moment that <c>strftime_now</c> formats, in its own offset's wall-clock time. Null makes a template that asks for the
    /// date fail with a message that says so; a caller with a <see cref="TimeProvider"/> passes its local now.
    /// </summary>
    public DateTimeOffset? Now { get; init; }

    /// <summary>Budgets of the render.</summary>
    public RenderLimits Limits { get; init; } = RenderLimits.Default;
}
