using System.Buffers;

namespace Jevons.Tokenization;

/// <summary>
/// Finds added tokens in a text: a trie over bytes, entered only at bytes with which a token begins. Immutable, thread-safe.
/// A token that is not plain is found only where the text is trusted.
/// </summary>
internal sealed class TokenSearch
{
    private readonly SearchedToken[] _tokens;
    private readonly Dictionary<long, int> _children = [];
    private readonly List<int> _tokenAt = [-1];
    private readonly SearchValues<byte> _firstBytes;
    private readonly bool _longestFirst;

    /// <summary>Makes a search.</summary>
    /// <param name="tokens">What to look for; of two with the same text the first counts.</param>
    /// <param name="longestFirst">
    /// True: the longest token is cut out everywhere before the next is looked for (llama.cpp). False: one scan, leftmost, then longest.
    /// </param>
    public TokenSearch(IEnumerable<SearchedToken> tokens, bool longestFirst)
    {
        _tokens = [.. tokens];
        _longestFirst = longestFirst;
        for (int i = 0; i < _tokens.Length; i++)
        {
            int node = 0;
            foreach (byte b in _tokens[i].Text)
            {
                long edge = ((long)node << 8) | b;
                if (!_children.TryGetValue(edge, out int child))
                {
                    child = _tokenAt.Count;
                    _tokenAt.Add(-1);
                    _children.Add(edge, child);
                }

                node = child;
            }

            if (_tokenAt[node] < 0)
            {
                _tokenAt[node] = i;
            }
        }

        _firstBytes = SearchValues.Create([.. _tokens.Select(t => t.Text[0]).Distinct()]);
    }

    /// <summary>True where there is nothing to look for.</summary>
    public bool IsEmpty => _tokens.Length == 0;

    /// <summary>True where all tokens are plain text.</summary>
    public bool IsAllPlain => Array.TrueForAll(_tokens, t => t.IsPlain);

    /// <summary>Finds the tokens of a text.</summary>
    /// <param name="text">Valid UTF-8.</param>
    /// <param name="trust">Where markers may stand; positions count from the start of <paramref name="text"/>.</param>
    /// <param name="matches">Receives the matches (cleared first), ascending, not overlapping.</param>
    public void Find(ReadOnlySpan<byte> text, TextTrust trust, List<TokenMatch> matches)
    {
        matches.Clear();
        if (IsEmpty)
        {
            return;
        }

        if (_longestFirst)
        {
            FindLongestFirst(text, trust, matches);
        }
        else
        {
            FindLeftmostLongest(text, trust, matches);
        }
    }

    /// <summary>The length of the longest plain token that starts here, or 0.</summary>
    public int PlainPrefix(ReadOnlySpan<byte> text)
    {
        int longest = 0;
        int node = 0;
        for (int i = 0; i < text.Length && _children.TryGetValue(((long)node << 8) | text[i], out node); i++)
        {
            longest = _tokenAt[node] >= 0 && _tokens[_tokenAt[node]].IsPlain ? i + 1 : longest;
        }

        return longest;
    }

    private static bool IsWord(ReadOnlySpan<byte> text, int position)
    {
        CharClass c = CharClasses.At(text, position, out _);
        return (c & (CharClass.Letter | CharClass.Mark | CharClass.Number)) != 0 || text[position] == '_';
    }

    private static int Before(ReadOnlySpan<byte> text, int position)
    {
        do
        {
            position--;
        }
        while (position > 0 && (text[position] & 0xC0) == 0x80);
        return position;
    }

    private void FindLeftmostLongest(ReadOnlySpan<byte> text, TextTrust trust, List<TokenMatch> matches)
    {
        int done = 0;
        int position = 0;
        while (position < text.Length)
        {
            int next = text[position..].IndexOfAny(_firstBytes);
            if (next < 0)
            {
                return;
            }

            position += next;
            SearchedToken? token = LongestAt(text, position, trust);
            if (token is null)
            {
                position++;
                continue;
            }

            int start = position;
            position += token.Text.Length;
            bool touches = token.SingleWord
                && ((start > 0 && IsWord(text, Before(text, start))) || (position < text.Length && IsWord(text, position)));
            if (touches)
            {
                continue;
            }

            while (token.StripLeft && start > done && CharClasses.Is(text, Before(text, start), CharClass.Space))
            {
                start = Before(text, start);
            }

            position = token.StripRight ? CharClasses.SkipWhile(text, position, CharClass.Space) : position;
            matches.Add(new TokenMatch(start, position, token.Id));
            done = position;
        }
    }

    private SearchedToken? LongestAt(ReadOnlySpan<byte> text, int start, TextTrust trust)
    {
        SearchedToken? longest = null;
        int node = 0;
        for (int i = start; i < text.Length && _children.TryGetValue(((long)node << 8) | text[i], out node); i++)
        {
            if (_tokenAt[node] >= 0 && IsAllowed(_tokens[_tokenAt[node]], trust, start, i + 1))
            {
                longest = _tokens[_tokenAt[node]];
            }
        }

        return longest;
    }

    private static bool IsAllowed(SearchedToken token, TextTrust trust, int start, int end) => token.IsPlain || trust.Covers(start, end);

    private void FindLongestFirst(ReadOnlySpan<byte> text, TextTrust trust, List<TokenMatch> matches)
    {
        List<(int Index, int Start)> found = [];
        for (int position = 0; position < text.Length; position++)
        {
            int next = text[position..].IndexOfAny(_firstBytes);
            if (next < 0)
            {
                break;
            }

            position += next;
            int node = 0;
            for (int i = position; i < text.Length && _children.TryGetValue(((long)node << 8) | text[i], out node); i++)
            {
                if (_tokenAt[node] >= 0 && IsAllowed(_tokens[_tokenAt[node]], trust, position, i + 1))
                {
                    found.Add((_tokenAt[node], position));
                }
            }
        }

        if (found.Count == 0)
        {
            return;
        }

        found.Sort((a, b) =>
        {
            int order = _tokens[b.Index].Text.Length.CompareTo(_tokens[a.Index].Text.Length);
            order = order != 0 ? order : _tokens[a.Index].Id.CompareTo(_tokens[b.Index].Id);
            return order != 0 ? order : a.Start.CompareTo(b.Start);
        });

        // What is taken already is at least as long, so it overlaps a new match only by covering one of its ends.
        bool[] taken = ArrayPool<bool>.Shared.Rent(text.Length);
        taken.AsSpan(0, text.Length).Clear();
        foreach ((int index, int start) in found)
        {
            int end = start + _tokens[index].Text.Length;
            if (!taken[start] && !taken[end - 1])
            {
                taken.AsSpan(start..end).Fill(true);
                matches.Add(new TokenMatch(start, end, _tokens[index].Id));
            }
        }

        ArrayPool<bool>.Shared.Return(taken);
        matches.Sort((a, b) => a.Start.CompareTo(b.Start));
    }
}
