namespace Jevons.Tokenization;

/// <summary>A pair that waits to be merged, with the words in which it appeared at one time.</summary>
/// <param name="Pair">The two ids, the left one in the upper half.</param>
/// <param name="Count">How often the pair stood in the corpus when it was queued; it may stand less often now.</param>
/// <param name="Number">When it was queued, to order what is equal otherwise.</param>
/// <param name="Words">The words, in ascending order.</param>
internal sealed record MergeCandidate(ulong Pair, long Count, long Number, List<int> Words) : IComparable<MergeCandidate>
{
    /// <summary>Orders by count, the highest first, then by the ids of the pair, the lowest first.</summary>
    /// <param name="other">Another candidate.</param>
    /// <returns>Below 0 where this one is merged first.</returns>
    public int CompareTo(MergeCandidate? other)
    {
        ArgumentNullException.ThrowIfNull(other);
        int order = other.Count.CompareTo(Count);
        order = order != 0 ? order : Pair.CompareTo(other.Pair);
        return order != 0 ? order : Number.CompareTo(other.Number);
    }
}
