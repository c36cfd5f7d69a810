namespace Jevons.Cli;

/// <summary>Breaks text into lines between words.</summary>
internal static class TextWrap
{
    /// <summary>The lines of a text.</summary>
    /// <param name="text">Text without line breaks; colours (<c>ESC [ ... m</c>) take no columns.</param>
    /// <param name="columns">Columns of a line; a word that is wider stands alone on its line.</param>
    /// <returns>At least one line.</returns>
    public static IReadOnlyList<string> Lines(string text, int columns)
    {
        List<string> lines = [];
        string line = "";
        int width = 0;
        foreach (string word in text.Split(' '))
        {
            int needed = WidthOf(word);
            if (width > 0 && width + 1 + needed > columns)
            {
                lines.Add(line);
                (line, width) = (word, needed);
            }
            else
            {
                bool isFirst = line.Length == 0 && lines.Count == 0 && width == 0;
                line = isFirst ? word : $"{line} {word}";
                width += needed + (isFirst ? 0 : 1);
            }
        }

        lines.Add(line);
        return lines;
    }

    private static int WidthOf(string word)
    {
        int width = 0;
        ReadOnlySpan<char> rest = word;
        while (!rest.IsEmpty)
        {
            int escape = rest.IndexOf("\e[", StringComparison.Ordinal);
            width += TextWidth.Of(escape < 0 ? rest : rest[..escape]);
            int end = escape < 0 ? -1 : rest[escape..].IndexOf('m');
            rest = end < 0 ? [] : rest[(escape + end + 1)..];
        }

        return width;
    }
}
