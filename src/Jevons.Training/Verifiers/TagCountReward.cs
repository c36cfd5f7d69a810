namespace Jevons.Training;

/// <summary>The share of opening and closing tags that a completion has exactly once: partial credit on the way to a format.</summary>
/// <param name="sections">Tags, such as think, answer.</param>
public sealed class TagCountReward(IReadOnlyList<string> sections) : IReward
{
    /// <inheritdoc/>
    public string Name => "tag_count";

    /// <inheritdoc/>
    public double? Score(RewardSample sample, CancellationToken cancellationToken)
    {
        double once = 0;
        foreach (string section in sections)
        {
            once += IsOnce(sample.Completion, $"<{section}>") ? 1 : 0;
            once += IsOnce(sample.Completion, $"</{section}>") ? 1 : 0;
        }

        return once / (2 * sections.Count);
    }

    private static bool IsOnce(string text, string tag)
    {
        int first = text.IndexOf(tag, StringComparison.Ordinal);
        return first >= 0 && text.IndexOf(tag, first + tag.Length, StringComparison.Ordinal) < 0;
    }
}
