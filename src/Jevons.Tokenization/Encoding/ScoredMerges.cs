namespace Jevons.Tokenization;

/// <summary>
/// SentencePiece's merging: two symbols merge if their texts together are a piece (symbols need not be pieces themselves), the
/// highest score first.
/// </summary>
internal readonly struct ScoredMerges(TokenTable pieces, IReadOnlyList<float> scores) : IMergeRule
{
    private readonly TokenTable _pieces = pieces;
    private readonly IReadOnlyList<float> _scores = scores;

    /// <inheritdoc/>
    public bool TryMerge(ReadOnlySpan<byte> text, int left, int right, out uint priority, out int merged)
    {
        merged = _pieces.Find(text);
        priority = merged < 0 ? 0 : Priority(_scores[merged]);
        return merged >= 0;
    }

    /// <summary>The order of floats, turned round, in the order of unsigned integers.</summary>
    private static uint Priority(float score)
    {
        uint bits = BitConverter.SingleToUInt32Bits(score + 0f);
        uint ascending = (bits & 0x80000000) != 0 ? ~bits : bits | 0x80000000;
        return Math.Min(~ascending, uint.MaxValue - 1);
    }
}
