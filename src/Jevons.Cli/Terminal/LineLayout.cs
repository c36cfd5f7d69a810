using System.Text;

namespace Jevons.Cli;

/// <summary>
/// How a line lies on the screen: rows of at most the terminal's width, and where the cursor is. Rows are broken here and not by
/// the terminal, so that the cursor's place is known: terminals differ in what they do in the last column.
/// </summary>
/// <param name="Rows">The rows, the prompts included.</param>
/// <param name="CursorRow">Row of the cursor.</param>
/// <param name="CursorColumn">Column of the cursor, below the width.</param>
internal sealed record LineLayout(IReadOnlyList<string> Rows, int CursorRow, int CursorColumn)
{
    /// <summary>Lays a line out.</summary>
    /// <param name="prompt">Stands before the first row; may hold colour sequences.</param>
    /// <param name="promptWidth">Columns of the prompt.</param>
    /// <param name="continuation">Stands before the row behind a line break.</param>
    /// <param name="clusters">The text.</param>
    /// <param name="cursor">Clusters before the cursor.</param>
    /// <param name="width">Columns of the terminal.</param>
    public static LineLayout Of(string prompt, int promptWidth, string continuation, IReadOnlyList<string> clusters, int cursor, int width)
    {
        // A character of two columns must fit.
        width = Math.Max(width, promptWidth + 2);
        List<string> rows = [];
        StringBuilder row = new(prompt);
        int column = promptWidth;
        int cursorRow = 0;
        int cursorColumn = 0;
        for (int i = 0; i <= clusters.Count; i++)
        {
            int cells = i == clusters.Count || clusters[i] == "\n" ? 1 : Math.Max(1, TextWidth.OfCluster(clusters[i]));

            // The cursor needs a cell of its own, so the end of the text begins a new row where the last one is full.
            if (column + cells > width && !(i < clusters.Count && clusters[i] == "\n" && i != cursor))
            {
                rows.Add(row.ToString());
                row.Clear();
                column = 0;
            }

            if (i == cursor)
            {
                (cursorRow, cursorColumn) = (rows.Count, column);
            }

            if (i == clusters.Count)
            {
                break;
            }

            if (clusters[i] == "\n")
            {
                rows.Add(row.ToString());
                row.Clear().Append(continuation);
                column = TextWidth.Of(continuation);
            }
            else
            {
                row.Append(TextWidth.OfCluster(clusters[i]) == 0 ? "·" : clusters[i]);
                column += cells;
            }
        }

        rows.Add(row.ToString());
        return new LineLayout(rows, cursorRow, cursorColumn);
    }
}
