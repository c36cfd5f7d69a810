namespace Jevons.Tokenization;

/// <summary>
/// SentencePiece BPE. Where no piece has a blank after another character, no merge crosses such a place, so the text is cut
/// there first: the result is the same and words can be remembered as in <see cref="ByteLevelEncoder"/>.
/// </summary>
internal sealed class SentencePieceEncoder : FragmentEncoder
{
    private const byte MergesToItself = 1;
    private const byte MergesOtherwise = 2;

    private readonly SentencePieceNormalizer _normalizer;
    private readonly TokenTable _pieces;
    private readonly TokenRoles _roles;
    private readonly MergeTable? _merges;
    private readonly IReadOnlyList<float> _scores;
    private readonly int[] _byteTokens;
    private readonly int? _unknown;
    private readonly bool _fuseUnknown;
    private readonly bool _cutsBeforeBlankRuns;
    private readonly bool _cutsBeforeEachBlank;
    private readonly bool _hasUnused;
    private readonly byte[] _whole;

    /// <summary>Makes the encoder of a SentencePiece definition.</summary>
    /// <param name="definition">The definition.</param>
    /// <param name="pieces">Its tokens' texts.</param>
    /// <param name="ids">Token texts to ids.</param>
    /// <param name="roles">What each token is.</param>
    /// <param name="kept">Plain added tokens, copied unchanged by the normaliser.</param>
    /// <exception cref="InvalidDataException">There are neither scores nor merges, or a merge names no token.</exception>
    public SentencePieceEncoder(
        TokenizerDefinition definition, TokenTable pieces, Dictionary<string, int> ids, TokenRoles roles, TokenSearch? kept)
    {
        _normalizer = new SentencePieceNormalizer(definition, kept);
        _pieces = pieces;
        _roles = roles;
        _scores = definition.Scores;
        _unknown = roles.UnknownId;
        _fuseUnknown = definition.FuseUnknown;
        _byteTokens = FindByteTokens(definition, ids);
        _merges = definition.Merges.Count > 0 ? MakeMerges(definition, ids, roles) : null;
        if (_merges is null && _scores.Count < pieces.Count)
        {
            throw new InvalidDataException(
                $"tokenizer.ggml.scores has {_scores.Count} entries for {pieces.Count} tokens; a score for each is expected");
        }

        _cutsBeforeEachBlank = definition.PreTokenizer == TokenizerJson.MetaspaceName;
        _cutsBeforeBlankRuns = true;
        for (int id = 0; id < pieces.Count; id++)
        {
            if (roles.IsMerged(id))
            {
                _cutsBeforeBlankRuns &= !HasBlankAfterOther(pieces[id]);
                _hasUnused |= roles.Type(id) == TokenType.Unused;
            }
        }

        _whole = new byte[pieces.Count];
    }

    /// <inheritdoc/>
    public override ReadOnlySpan<byte> Normalize(
        ReadOnlySpan<byte> fragment, bool isFirst, ByteBuffer output, EncodeScratch scratch)
    {
        _normalizer.Normalize(fragment, isFirst, output);
        return output.Span;
    }

    /// <inheritdoc/>
    public override void Encode(ReadOnlySpan<byte> text, List<int> output, EncodeScratch scratch)
    {
        while (!text.IsEmpty)
        {
            int end = text.Length;
            if (_cutsBeforeEachBlank || _cutsBeforeBlankRuns)
            {
                end = SegmentEnd(text);
            }

            EncodeSegment(text[..end], output, scratch.Merges);
            text = text[end..];
        }
    }

    private static bool HasBlankAfterOther(ReadOnlySpan<byte> piece)
    {
        int other = 0;
        while (piece[other..].StartsWith(SentencePieceNormalizer.Blank))
        {
            other += SentencePieceNormalizer.Blank.Length;
        }

        return piece[other..].IndexOf(SentencePieceNormalizer.Blank) >= 0;
    }

    private static int[] FindByteTokens(TokenizerDefinition definition, Dictionary<string, int> ids)
    {
        int[] tokens = new int[256];
        for (int b = 0; b < 256; b++)
        {
            bool isThere = definition.ByteFallback && ids.TryGetValue($"<0x{b:X2}>", out tokens[b])
                && definition.TokenTypes[tokens[b]] is TokenType.Byte or TokenType.Normal;
            tokens[b] = isThere ? tokens[b] : -1;
        }

        return tokens;
    }

    private static MergeTable MakeMerges(TokenizerDefinition definition, Dictionary<string, int> ids, TokenRoles roles)
    {
        MergeTable table = new(definition.Merges.Count, laterWins: true);
        for (int rank = 0; rank < definition.Merges.Count; rank++)
        {
            (string left, string right) = definition.Merges[rank];
            if (!ids.TryGetValue(left, out int l) || !ids.TryGetValue(right, out int r) || !ids.TryGetValue(left + right, out int merged))
            {
                throw new InvalidDataException(
                    $"model.merges[{rank}] ('{left}' '{right}') names a token that model.vocab does not have");
            }

            if (roles.IsMerged(merged))
            {
                table.Add(l, r, (uint)rank, merged);
            }
        }

        return table;
    }

    private int SegmentEnd(ReadOnlySpan<byte> text)
    {
        ReadOnlySpan<byte> blank = SentencePieceNormalizer.Blank;
        int start = text.StartsWith(blank) ? blank.Length : 0;
        while (!_cutsBeforeEachBlank && text[start..].StartsWith(blank))
        {
            start += blank.Length;
        }

        int next = text[start..].IndexOf(blank);
        return next < 0 ? text.Length : start + next;
    }

    private void EncodeSegment(ReadOnlySpan<byte> segment, List<int> output, MergeList merges)
    {
        int whole = _pieces.Find(segment);
        if (whole >= 0 && _whole[whole] == MergesToItself)
        {
            output.Add(whole);
            return;
        }

        merges.Clear();
        Dictionary<int, int>? splits = null;
        if (_merges is MergeTable table)
        {
            FillRanked(segment, merges);
            merges.Merge(segment, new RankedMerges(table));
        }
        else
        {
            FillScored(segment, merges);
            splits = _hasUnused ? [] : null;
            merges.Merge(segment, new ScoredMerges(_pieces, _scores), splits is null ? null : (id, left) => splits[id] = left);
        }

        if (merges.Count == 0)
        {
            return;
        }

        if (whole >= 0 && _whole[whole] == 0)
        {
            bool isWhole = merges.Next(0) >= merges.Count && merges.Id(0) == whole && _roles.Type(whole) != TokenType.Unused;
            _whole[whole] = isWhole ? MergesToItself : MergesOtherwise;
        }

        bool afterUnknown = false;
        for (int i = 0; i < merges.Count; i = merges.Next(i))
        {
            Emit(segment[merges.Start(i)..merges.End(i, segment.Length)], merges.Id(i), splits, output, ref afterUnknown);
        }
    }

    /// <summary>Symbols of merging by score: code points, in the vocabulary or not.</summary>
    private void FillScored(ReadOnlySpan<byte> segment, MergeList merges)
    {
        for (int i = 0; i < segment.Length;)
        {
            CharClasses.CodePointAt(segment, i, out int length);
            merges.Add(_pieces.Find(segment.Slice(i, length)), i);
            i += length;
        }
    }

    /// <summary>Symbols of merging by rank: code points, else byte tokens, else unknown.</summary>
    private void FillRanked(ReadOnlySpan<byte> segment, MergeList merges)
    {
        bool afterUnknown = false;
        for (int i = 0; i < segment.Length;)
        {
            CharClasses.CodePointAt(segment, i, out int length);
            ReadOnlySpan<byte> symbol = segment.Slice(i, length);
            int id = _pieces.Find(symbol);
            if (id >= 0)
            {
                merges.Add(id, i);
                afterUnknown = false;
            }
            else if (HasByteTokens(symbol))
            {
                for (int k = 0; k < length; k++)
                {
                    merges.Add(_byteTokens[symbol[k]], i + k);
                }

                afterUnknown = false;
            }
            else if (_unknown is int unknown && !(afterUnknown && _fuseUnknown))
            {
                merges.Add(unknown, i);
                afterUnknown = true;
            }

            i += length;
        }
    }

    private bool HasByteTokens(ReadOnlySpan<byte> symbol)
    {
        foreach (byte b in symbol)
        {
            if (_byteTokens[b] < 0)
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Writes a symbol; an unused piece is taken apart again into the pair it came from.</summary>
    private void Emit(ReadOnlySpan<byte> text, int id, Dictionary<int, int>? splits, List<int> output, ref bool afterUnknown)
    {
        if (splits is null || id < 0 || !splits.ContainsKey(id) || _roles.Type(id) != TokenType.Unused)
        {
            EmitOne(text, id, output, ref afterUnknown);
            return;
        }

        Stack<(int Start, int Length)> open = new();
        open.Push((0, text.Length));
        while (open.TryPop(out (int Start, int Length) part))
        {
            ReadOnlySpan<byte> symbol = text.Slice(part.Start, part.Length);
            int piece = _pieces.Find(symbol);
            if (piece >= 0 && _roles.Type(piece) == TokenType.Unused && splits.TryGetValue(piece, out int left) && left < part.Length)
            {
                open.Push((part.Start + left, part.Length - left));
                open.Push((part.Start, left));
                continue;
            }

            EmitOne(symbol, piece, output, ref afterUnknown);
        }
    }

    private void EmitOne(ReadOnlySpan<byte> symbol, int id, List<int> output, ref bool afterUnknown)
    {
        if (id >= 0)
        {
            output.Add(id);
            afterUnknown = false;
            return;
        }

        if (HasByteTokens(symbol))
        {
            foreach (byte b in symbol)
            {
                output.Add(_byteTokens[b]);
            }

            afterUnknown = false;
        }
        else if (_unknown is int unknown && !(afterUnknown && _fuseUnknown))
        {
            output.Add(unknown);
            afterUnknown = true;
        }
    }
}
