namespace Jevons.Tokenization.ChatTemplates.Jinja.Rendering;

/// <summary>What values, filters and methods may use of the render that they serve.</summary>
internal sealed class RenderState(RenderOptions options)
{
    /// <summary>The budget that every loop and every built string spends from.</summary>
    public RenderBudget Budget { get; } = new(options.Limits);

    /// <summary>The moment handed in for dates, if any.</summary>
    public DateTimeOffset? Now => options.Now;
}
