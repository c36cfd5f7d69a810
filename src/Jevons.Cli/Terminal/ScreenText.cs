namespace Jevons.Cli;

/// <summary>Makes text of a model fit for a screen.</summary>
internal static class ScreenText
{
    /// <summary>
    /// Replaces control characters, which could move the cursor, recolour or reprogram a terminal; line feeds and tabs stay.
    /// </summary>
    /// <param name="text">Any text.</param>
    /// <returns>The text with a replacement character for each control character.</returns>
    public static string Clean(string text)
    {
        foreach (char c in text)
        {
            if (IsUnsafe(c))
            {
                return string.Create(text.Length, text, static (span, source) =>
                {
                    for (int i = 0; i < span.Length; i++)
                    {
                        span[i] = IsUnsafe(source[i]) ? '\uFFFD' : source[i];
                    }
                });
            }
        }

        return text;
    }

    private static bool IsUnsafe(char c) => char.IsControl(c) && c is not ('\n' or '\t');
}
