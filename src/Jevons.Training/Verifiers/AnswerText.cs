namespace Jevons.Training;

/// <summary>Finds the final answer in a completion.</summary>
public static class AnswerText
{
    private const string Box = "\\boxed{";

    /// <summary>What the last <c>\boxed{..}</c> holds, braces matched.</summary>
    /// <param name="text">The text.</param>
    /// <returns>The content, or null where there is no complete box.</returns>
    public static string? LastBoxed(string text)
    {
        for (int at = text.LastIndexOf(Box, StringComparison.Ordinal); at >= 0; at = at == 0 ? -1 : text.LastIndexOf(Box, at - 1, StringComparison.Ordinal))
        {
            int first = at + Box.Length;
            int depth = 1;
            for (int i = first; i < text.Length; i++)
            {
                depth += text[i] == '{' ? 1 : text[i] == '}' ? -1 : 0;
                if (depth == 0)
                {
                    return text[first..i];
                }
            }
        }

        return null;
    }

    /// <summary>What the last section of that tag holds.</summary>
    /// <param name="text">The text.</param>
    /// <param name="tag">The tag, such as answer.</param>
    /// <returns>The content without white space around it, or null where there is no complete section.</returns>
    public static string? LastSection(string text, string tag)
    {
        int end = text.LastIndexOf($"</{tag}>", StringComparison.Ordinal);
        int start = end < 0 ? -1 : text.LastIndexOf($"<{tag}>", end, StringComparison.Ordinal);
        return start < 0 ? null : text[(start + tag.Length + 2)..end].Trim();
    }
}
