namespace Jevons.Tokenization.ChatTemplates.Jinja.Values;

/// <summary>
/// Which stretches of a string stem from content (variables of the context) rather than from the template: ascending,
/// non-touching half-open intervals, kept as a flat list of their edges. Immutable.
/// </summary>
internal readonly struct ContentSpans
{
    private readonly int[]? _edges;

    /// <summary>Takes over a list of edges; the caller does not change it afterwards.</summary>
    internal ContentSpans(int[] edges) => _edges = edges.Length == 0 ? null : edges;

    /// <summary>True when no character is content.</summary>
    public bool IsEmpty => _edges is null;

    /// <summary>The edges: content in [e0, e1), [e2, e3) ...</summary>
    public ReadOnlySpan<int> Edges => _edges;

    /// <summary>The spans of a string that is content throughout.</summary>
    public static ContentSpans All(int length) => length == 0 ? default : new ContentSpans([0, length]);

    /// <summary>True when the character at an index is content.</summary>
    public bool Contains(int index)
    {
        if (_edges is null)
        {
            return false;
        }

        // The number of edges at or before the index is odd exactly inside a span.
        return (EdgesUpTo(index) & 1) == 1;
    }

    /// <summary>The index in <see cref="Edges"/> of the first span that ends after a position.</summary>
    public int FirstSpan(int position) => _edges is null ? 0 : EdgesUpTo(position) & ~1;

    private int EdgesUpTo(int index)
    {
        int found = Array.BinarySearch(_edges!, index);
        return found >= 0 ? found + 1 : ~found;
    }
}
