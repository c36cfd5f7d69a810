using System.Runtime.InteropServices;

namespace Jevons.Tokenization;

/// <summary>
/// Learns merges from counted pieces, in the order of Hugging Face's <c>BpeTrainer</c>: the most frequent pair is merged, of
/// equally frequent ones that of the lowest ids. A heap holds the pairs with the words in which they stand, so a merge visits
/// only words that have it. Not thread-safe.
/// </summary>
/// <remarks>
/// Two of the reference's ways show where one text becomes a token by two different merges, and are kept: a pair that was merged
/// keeps its count, and a pair that appears again later is queued a second time, for the new words alone. Where a pair is merged
/// twice so, its rank is that of the second time.
/// </remarks>
internal sealed class MergeLearner
{
    /// <summary>The longest that all tokens' texts together may become.</summary>
    private const long MostText = 1L << 28;

    private readonly int[] _symbols;
    private readonly int[] _starts;
    private readonly int[] _lengths;
    private readonly PieceCounts _pieces;
    private readonly int _specials;
    private readonly List<string> _tokens;
    private readonly Dictionary<string, int> _ids;
    private readonly Dictionary<ulong, long> _counts = [];
    private readonly Dictionary<ulong, List<int>> _appeared = [];
    private readonly PriorityQueue<MergeCandidate, MergeCandidate> _queue = new();
    private long _queued;
    private long _text;

    /// <summary>Starts with single bytes.</summary>
    /// <param name="pieces">The corpus.</param>
    /// <param name="specials">The special tokens, which come first.</param>
    public MergeLearner(PieceCounts pieces, IReadOnlyList<string> specials)
    {
        _pieces = pieces;
        _specials = specials.Count;
        // Ids of bytes follow the characters that stand for them.
        _tokens = [.. specials, .. Enumerable.Range(0, 256).Select(b => ByteAlphabet.ToChar((byte)b)).Order().Select(c => c.ToString())];
        _ids = _tokens.Select((text, id) => (text, id)).ToDictionary(x => x.text, x => x.id, StringComparer.Ordinal);
        int[] idOfByte = [.. Enumerable.Range(0, 256).Select(b => _ids[ByteAlphabet.ToChar((byte)b).ToString()])];
        _symbols = new int[pieces.TotalBytes];
        _starts = new int[pieces.Count];
        _lengths = new int[pieces.Count];
        int at = 0;
        for (int word = 0; word < pieces.Count; word++)
        {
            ReadOnlySpan<byte> piece = pieces[word];
            _starts[word] = at;
            _lengths[word] = piece.Length;
            foreach (byte b in piece)
            {
                _symbols[at++] = idOfByte[b];
            }
        }
    }

    /// <summary>The texts of all tokens, as the vocabulary writes them.</summary>
    public IReadOnlyList<string> Tokens => _tokens;

    /// <summary>How many words merges looked at, each as often as one did.</summary>
    public long Visits { get; private set; }

    /// <summary>Merges until the vocabulary is full or no pair is frequent enough.</summary>
    /// <param name="vocabularySize">Tokens in all.</param>
    /// <param name="minFrequency">How often a pair must stand in the corpus.</param>
    /// <param name="progress">Hears the number of tokens after each merge.</param>
    /// <param name="cancellation">Stops between two merges.</param>
    /// <returns>The merges by rank.</returns>
    public MergePair[] Learn(int vocabularySize, long minFrequency, Action<int>? progress, CancellationToken cancellation)
    {
        CountPairs(cancellation);
        List<ulong> merges = [];
        while (_tokens.Count < vocabularySize && _queue.TryDequeue(out MergeCandidate? best, out _))
        {
            cancellation.ThrowIfCancellationRequested();
            long count = _counts[best.Pair];
            if (count != best.Count)
            {
                Enqueue(best with { Count = count });
                continue;
            }

            if (count < minFrequency)
            {
                break;
            }

            (int left, int right) = ((int)(best.Pair >> 32), (int)(uint)best.Pair);
            int merged = Name(left, right);
            merges.Add(best.Pair);
            foreach (int word in best.Words)
            {
                Merge(word, left, right, merged);
            }

            Visits += best.Words.Count;
            EnqueueAppeared();
            progress?.Invoke(_tokens.Count);
        }

        return Ranked(merges);
    }

    private MergePair[] Ranked(List<ulong> merges)
    {
        Dictionary<ulong, int> last = [];
        for (int rank = 0; rank < merges.Count; rank++)
        {
            last[merges[rank]] = rank;
        }

        return
        [
            .. merges.Where((pair, rank) => last[pair] == rank)
                .Select(pair => new MergePair(_tokens[(int)(pair >> 32)], _tokens[(int)(uint)pair])),
        ];
    }

    private void CountPairs(CancellationToken cancellation)
    {
        for (int word = 0; word < _lengths.Length; word++)
        {
            if (word % 65536 == 0)
            {
                cancellation.ThrowIfCancellationRequested();
            }

            ReadOnlySpan<int> symbols = _symbols.AsSpan(_starts[word], _lengths[word]);
            long count = _pieces.CountOf(word);
            for (int i = 1; i < symbols.Length; i++)
            {
                Appears(symbols[i - 1], symbols[i], word, count);
            }
        }

        EnqueueAppeared();
    }

    /// <summary>The token that a merge makes.</summary>
    private int Name(int left, int right)
    {
        string text = _tokens[left] + _tokens[right];
        if (_ids.TryGetValue(text, out int known))
        {
            return known >= _specials ? known : throw new InvalidDataException(
                $"the corpus has the text of the special token '{text}' as an ordinary word; choose one that no text has as a word, such as <|{text}|>");
        }

        _text += text.Length;
        if (_text > MostText)
        {
            throw new InvalidDataException(
                $"the tokens have more than {MostText} characters in all: the corpus repeats very long words; leave them out or ask for a smaller vocabulary");
        }

        _ids.Add(text, _tokens.Count);
        _tokens.Add(text);
        return _tokens.Count - 1;
    }

    /// <summary>Merges a pair in one word, from left to right.</summary>
    private void Merge(int word, int left, int right, int merged)
    {
        Span<int> symbols = _symbols.AsSpan(_starts[word], _lengths[word]);
        long count = _pieces.CountOf(word);
        int kept = 0;
        for (int i = 0; i < symbols.Length; i++)
        {
            if (symbols[i] != left || i + 1 == symbols.Length || symbols[i + 1] != right)
            {
                symbols[kept++] = symbols[i];
                continue;
            }

            i++;
            if (kept > 0)
            {
                Count(symbols[kept - 1], left) -= count;
                Appears(symbols[kept - 1], merged, word, count);
            }

            if (i + 1 < symbols.Length)
            {
                Count(right, symbols[i + 1]) -= count;
                Appears(merged, symbols[i + 1], word, count);
            }

            symbols[kept++] = merged;
        }

        _lengths[word] = kept;
    }

    private ref long Count(int left, int right) => ref CollectionsMarshal.GetValueRefOrAddDefault(_counts, Pair(left, right), out _);

    private void Appears(int left, int right, int word, long count)
    {
        Count(left, right) += count;
        ref List<int>? words = ref CollectionsMarshal.GetValueRefOrAddDefault(_appeared, Pair(left, right), out _);
        words ??= [];
        if (words is not [.., int last] || last != word)
        {
            words.Add(word);
        }
    }

    private void EnqueueAppeared()
    {
        foreach ((ulong pair, List<int> words) in _appeared)
        {
            if (_counts[pair] is > 0 and long count)
            {
                Enqueue(new MergeCandidate(pair, count, _queued++, words));
            }
        }

        _appeared.Clear();
    }

    private void Enqueue(MergeCandidate candidate) => _queue.Enqueue(candidate, candidate);

    private static ulong Pair(int left, int right) => ((ulong)(uint)left << 32) | (uint)right;
}
