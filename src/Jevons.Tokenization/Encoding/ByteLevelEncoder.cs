namespace Jevons.Tokenization;

/// <summary>
/// Byte-level BPE. A piece that is itself a vocabulary entry is looked up once: whether merging its bytes gives just that entry
/// is remembered in one byte per token, so ordinary words cost one look-up and the memory is bounded by the vocabulary.
/// </summary>
internal sealed class ByteLevelEncoder : FragmentEncoder
{
    private const byte MergesToItself = 1;
    private const byte MergesOtherwise = 2;

    private readonly PreTokenizer _splitter;
    private readonly TokenTable _table;
    private readonly RankedMerges _rule;
    private readonly ByteSymbols _symbols;
    private readonly bool _normalizes;
    private readonly bool _ignoreMerges;

    /// <summary>Per token: not yet known (0), or what merging its bytes gives. Threads may race: all write the same value.</summary>
    private readonly byte[] _whole;

    /// <summary>Makes the encoder of a byte-level definition.</summary>
    /// <param name="definition">The definition.</param>
    /// <param name="table">Its tokens.</param>
    /// <param name="ids">Token texts to ids.</param>
    /// <param name="roles">What each token is.</param>
    /// <exception cref="InvalidDataException">The pre-tokenizer is not known, or a merge names a token that does not exist.</exception>
    public ByteLevelEncoder(TokenizerDefinition definition, TokenTable table, Dictionary<string, int> ids, TokenRoles roles)
    {
        _splitter = PreTokenizers.Find(definition.PreTokenizer).Splitter;
        _table = table;
        _symbols = new ByteSymbols(definition, ids, roles);
        _rule = new RankedMerges(_symbols.MakeMerges(definition));
        _normalizes = definition.Normalizer == TextNormalizer.Nfc;
        _ignoreMerges = definition.IgnoreMerges;
        _whole = new byte[table.Count];
    }

    /// <inheritdoc/>
    public override ReadOnlySpan<byte> Normalize(
        ReadOnlySpan<byte> fragment, bool isFirst, ByteBuffer output, EncodeScratch scratch) =>
        _normalizes ? Nfc.Normalize(fragment, output, scratch.CodePoints) : fragment;

    /// <inheritdoc/>
    public override void Encode(ReadOnlySpan<byte> text, List<int> output, EncodeScratch scratch)
    {
        if (text.IsEmpty)
        {
            return;
        }

        int start = 0;
        foreach (int end in _splitter.Split(text, scratch.Ends, scratch.SpareEnds))
        {
            EncodePiece(text[start..end], output, scratch.Merges);
            start = end;
        }
    }

    private void EncodePiece(ReadOnlySpan<byte> piece, List<int> output, MergeList merges)
    {
        int whole = _table.Find(piece);
        if (whole >= 0 && (_ignoreMerges || _whole[whole] == MergesToItself))
        {
            output.Add(whole);
            return;
        }

        merges.Clear();
        _symbols.Fill(piece, merges);
        if (merges.Count == 0)
        {
            return;
        }

        merges.Merge(piece, _rule);
        if (whole >= 0 && _whole[whole] == 0)
        {
            _whole[whole] = merges.Next(0) >= merges.Count && merges.Id(0) == whole ? MergesToItself : MergesOtherwise;
        }

        _symbols.Emit(merges, output);
    }
}
