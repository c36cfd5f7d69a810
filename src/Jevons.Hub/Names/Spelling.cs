namespace Jevons.Hub;

/// <summary>Finds what a person may have meant.</summary>
public static class Spelling
{
    /// <summary>
    /// The candidates nearest to a word, at most <paramref name="count"/>, none further than a third of its length (at least 2 edits).
    /// </summary>
    public static IReadOnlyList<string> Nearest(string word, IEnumerable<string> candidates, int count = 3)
    {
        string wanted = word.ToLowerInvariant();
        int limit = Math.Max(2, wanted.Length / 3);
        return [.. candidates
            .Select(c => (Name: c, Distance: Distance(wanted, c.ToLowerInvariant())))
            .Where(c => c.Distance <= limit)
            .OrderBy(c => c.Distance)
            .ThenBy(c => c.Name, StringComparer.Ordinal)
            .Take(count)
            .Select(c => c.Name)];
    }

    /// <summary>"; did you mean a or b?", or another text when nothing is near.</summary>
    public static string Hint(string word, IEnumerable<string> candidates, string otherwise)
    {
        IReadOnlyList<string> near = Nearest(word, candidates);
        return near.Count == 0 ? otherwise : $"; did you mean {string.Join(" or ", near)}?";
    }

    // Levenshtein distance in one row: row[j] is the distance of the text read so far to the first j letters of the other.
    private static int Distance(string a, string b)
    {
        int[] row = [.. Enumerable.Range(0, b.Length + 1)];
        for (int i = 0; i < a.Length; i++)
        {
            int diagonal = row[0];
            row[0] = i + 1;
            for (int j = 0; j < b.Length; j++)
            {
                int replaced = diagonal + (a[i] == b[j] ? 0 : 1);
                diagonal = row[j + 1];
                row[j + 1] = Math.Min(replaced, Math.Min(row[j], row[j + 1]) + 1);
            }
        }

        return row[b.Length];
    }
}
