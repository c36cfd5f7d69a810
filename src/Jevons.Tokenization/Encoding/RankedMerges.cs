namespace Jevons.Tokenization;

/// <summary>Merging by rank, as every byte-level vocabulary does.</summary>
internal readonly struct RankedMerges(MergeTable table) : IMergeRule
{
    private readonly MergeTable _table = table;

    /// <inheritdoc/>
    public bool TryMerge(ReadOnlySpan<byte> text, int left, int right, out uint priority, out int merged) =>
        _table.TryGet(left, right, out priority, out merged);
}
