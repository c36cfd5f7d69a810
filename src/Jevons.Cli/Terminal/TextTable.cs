namespace Jevons.Cli;

/// <summary>Rows in columns as wide as their widest cell.</summary>
internal static class TextTable
{
    private const string Gap = "    ";

    /// <summary>Writes rows; the last column is not padded.</summary>
    /// <param name="writer">Receives the lines.</param>
    /// <param name="rows">Rows of equally many cells, headings first.</param>
    public static void Write(TextWriter writer, IReadOnlyList<string[]> rows)
    {
        int columns = rows.Count == 0 ? 0 : rows[0].Length;
        int[] widths = new int[columns];
        foreach (string[] row in rows)
        {
            for (int i = 0; i < columns; i++)
            {
                widths[i] = Math.Max(widths[i], row[i].Length);
            }
        }

        foreach (string[] row in rows)
        {
            writer.WriteLine(string.Join(Gap, row.Select((cell, i) => i == columns - 1 ? cell : cell.PadRight(widths[i]))).TrimEnd());
        }
    }
}
