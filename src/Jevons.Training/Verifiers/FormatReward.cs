namespace Jevons.Training;

/// <summary>
/// 1 when a completion consists of the given sections, <c>&lt;tag&gt;..&lt;/tag&gt;</c>, each once and in order with nothing but
/// white space between, else 0 (DeepSeek-R1, arXiv 2501.12948, section 2.2.2).
/// </summary>
/// <param name="sections">Tags in order, such as think, answer.</param>
/// <param name="answerFollows">True when free text, not empty and without the tags, must follow the last section.</param>
/// <param name="isOpened">True when the prompt already ends with the first section's opening tag.</param>
public sealed class FormatReward(IReadOnlyList<string> sections, bool answerFollows = false, bool isOpened = false) : IReward
{
    /// <inheritdoc/>
    public string Name => "format";

    /// <inheritdoc/>
    public double? Score(RewardSample sample, CancellationToken cancellationToken)
    {
        ReadOnlySpan<char> rest = sample.Completion.AsSpan().Trim();
        for (int i = 0; i < sections.Count; i++)
        {
            string open = $"<{sections[i]}>";
            string close = $"</{sections[i]}>";
            bool opened = isOpened && i == 0;
            if (!opened && !rest.StartsWith(open, StringComparison.Ordinal))
            {
                return 0;
            }

            rest = opened ? rest : rest[open.Length..];
            int end = rest.IndexOf(close, StringComparison.Ordinal);
            if (end < 0 || HasTag(rest[..end]))
            {
                return 0;
            }

            rest = rest[(end + close.Length)..].TrimStart();
        }

        return answerFollows ? (rest.IsEmpty || HasTag(rest) ? 0 : 1) : rest.IsEmpty ? 1 : 0;
    }

    private bool HasTag(ReadOnlySpan<char> text)
    {
        foreach (string section in sections)
        {
            if (text.Contains($"<{section}>", StringComparison.Ordinal) || text.Contains($"</{section}>", StringComparison.Ordinal))
            {
                return true;
            }
        }

        return false;
    }
}
