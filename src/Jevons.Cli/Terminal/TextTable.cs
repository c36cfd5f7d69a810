namespace Jevons.Cli;

/// <summary>Rows in columns as wide as their widest cell.</summary>
internal static class TextTable
{
    private const string Gap = "    ";
    private const int NarrowestLast = 20;

    /// <summary>Writes rows; the last column is not padded.</summary>
    /// <param name="writer">Receives the lines.</param>
    /// <param name="rows">Rows of equally many cells, headings first.</param>
    /// <param name="columns">Columns of the screen, into which the last cell is wrapped where that leaves it room enough.</param>
    /// <param name="style">How the first column looks; null for plain.</param>
    public static void Write(TextWriter writer, IReadOnlyList<string[]> rows, int columns = int.MaxValue, Func<string, string>? style = null)
    {
        int last = rows.Count == 0 ? 0 : rows[0].Length - 1;
        int[] widths = [.. Enumerable.Range(0, last + 1).Select(i => rows.Max(row => TextWidth.Of(row[i])))];
        int indent = widths.Take(last).Sum(w => w + Gap.Length);
        int room = columns - indent >= NarrowestLast ? columns - indent : int.MaxValue;
        foreach (string[] row in rows)
        {
            IEnumerable<string> cells = row.Take(last).Select((cell, i) =>
                (i == 0 && style is not null ? style(cell) : cell) + new string(' ', widths[i] - TextWidth.Of(cell)) + Gap);
            IReadOnlyList<string> lines = TextWrap.Lines(row[last], room);
            writer.WriteLine((string.Concat(cells) + lines[0]).TrimEnd());
            foreach (string line in lines.Skip(1))
            {
                writer.WriteLine(new string(' ', indent) + line);
            }
        }
    }
}
