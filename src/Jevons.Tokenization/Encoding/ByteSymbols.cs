namespace Jevons.Tokenization;

/// <summary>
/// The symbols with which byte-level merging starts, and what becomes of those that the vocabulary lacks: a tokenizer.json drops
/// such a byte (or writes its unknown token) before merging; in a GGUF it takes part in merging, as a symbol beyond the
/// vocabulary, and is dropped if it is still there at the end.
/// </summary>
internal sealed class ByteSymbols
{
    private const int Dropped = -1;
    private readonly int[] _ofByte = new int[256];
    private readonly int _vocabularySize;
    private readonly Dictionary<string, int> _ids;
    private readonly Dictionary<string, int> _beyond = new(StringComparer.Ordinal);
    private readonly List<string> _beyondTexts = [];
    private readonly int? _unknown;
    private readonly bool _fuseUnknown;

    private readonly TokenRoles _roles;

    /// <summary>Finds the symbol of each byte.</summary>
    public ByteSymbols(TokenizerDefinition definition, Dictionary<string, int> ids, TokenRoles roles)
    {
        _ids = ids;
        _roles = roles;
        _vocabularySize = definition.Tokens.Count;
        _unknown = roles.UnknownId;
        _fuseUnknown = definition.FuseUnknown;
        for (int b = 0; b < 256; b++)
        {
            string text = ByteAlphabet.ToChar((byte)b).ToString();
            bool isSymbol = ids.TryGetValue(text, out int id) && roles.IsMerged(id);
            _ofByte[b] = isSymbol ? id : definition.Dialect == TokenizerDialect.LlamaCpp ? Beyond(text) : Dropped;
        }
    }

    /// <summary>The definition's merges as a table; one that would write a marker is left out.</summary>
    /// <exception cref="InvalidDataException">A merge of a tokenizer.json names a token that does not exist.</exception>
    public MergeTable MakeMerges(TokenizerDefinition definition)
    {
        bool isOpen = definition.Dialect == TokenizerDialect.LlamaCpp;
        MergeTable table = new(definition.Merges.Count, laterWins: !isOpen);
        Dictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> lookup = _ids.GetAlternateLookup<ReadOnlySpan<char>>();
        char[] joined = new char[64];
        for (int rank = 0; rank < definition.Merges.Count; rank++)
        {
            (string left, string right) = definition.Merges[rank];
            int length = left.Length + right.Length;
            if (length > joined.Length)
            {
                joined = new char[2 * length];
            }

            left.CopyTo(joined);
            right.CopyTo(joined.AsSpan(left.Length));
            bool isThere = lookup.TryGetValue(joined.AsSpan(0, length), out int merged);
            if (isThere && !_roles.IsMerged(merged))
            {
                continue;
            }

            bool hasLeft = _ids.TryGetValue(left, out int leftSymbol);
            bool hasRight = _ids.TryGetValue(right, out int rightSymbol);
            if (!isOpen && !(hasLeft && hasRight && isThere))
            {
                string missing = !hasLeft ? left : !hasRight ? right : left + right;
                throw new InvalidDataException(
                    $"model.merges[{rank}] ('{left}' '{right}') names '{missing}', which model.vocab does not have");
            }

            leftSymbol = hasLeft ? leftSymbol : Beyond(left);
            rightSymbol = hasRight ? rightSymbol : Beyond(right);
            table.Add(leftSymbol, rightSymbol, (uint)rank, isThere ? merged : Beyond(left + right));
        }

        return table;
    }

    /// <summary>Appends the symbols of a piece's bytes.</summary>
    public void Fill(ReadOnlySpan<byte> piece, MergeList merges)
    {
        bool afterUnknown = false;
        for (int i = 0; i < piece.Length; i++)
        {
            int symbol = _ofByte[piece[i]];
            if (symbol != Dropped)
            {
                merges.Add(symbol, i);
                afterUnknown = false;
            }
            else if (_unknown is int unknown && !(afterUnknown && _fuseUnknown))
            {
                merges.Add(unknown, i);
                afterUnknown = true;
            }
        }
    }

    /// <summary>Writes the merged symbols; of one beyond the vocabulary, those of its bytes that have a token.</summary>
    public void Emit(MergeList merges, List<int> output)
    {
        for (int i = 0; i < merges.Count; i = merges.Next(i))
        {
            int id = merges.Id(i);
            if (id < _vocabularySize)
            {
                output.Add(id);
                continue;
            }

            foreach (char c in _beyondTexts[id - _vocabularySize])
            {
                int b = ByteAlphabet.ToByte(c);
                if (b >= 0 && _ofByte[b] < _vocabularySize)
                {
                    output.Add(_ofByte[b]);
                }
            }
        }
    }

    private int Beyond(string text)
    {
        if (!_beyond.TryGetValue(text, out int symbol))
        {
            symbol = _vocabularySize + _beyondTexts.Count;
            _beyond.Add(text, symbol);
            _beyondTexts.Add(text);
        }

        return symbol;
    }
}
