namespace Jevons.Tokenization;

/// <summary>
/// BPE over one piece: a doubly linked list of symbols and a heap of the pairs that may merge, the lowest priority and then the
/// leftmost first. n symbols cost O(n log n) whatever they are. Not thread-safe; reused from piece to piece.
/// </summary>
internal sealed class MergeList
{
    private const uint NoMerge = uint.MaxValue;
    private const int KeptCapacity = 1 << 16;
    private Symbol[] _symbols = new Symbol[64];
    private ulong[] _heap = new ulong[64];
    private int _heapCount;
    private int _count;

    /// <summary>How many pairs were taken off the heap since the list was made: the measure of its work.</summary>
    public long Steps { get; private set; }

    /// <summary>Starts a new piece.</summary>
    public void Clear()
    {
        _count = 0;
        _heapCount = 0;
        if (_symbols.Length > KeptCapacity)
        {
            _symbols = new Symbol[64];
            _heap = new ulong[64];
        }
    }

    /// <summary>Appends a symbol.</summary>
    /// <param name="id">Its id; negative for one that is not in the vocabulary.</param>
    /// <param name="start">Where its text starts in the piece.</param>
    public void Add(int id, int start)
    {
        if (_count == _symbols.Length)
        {
            Array.Resize(ref _symbols, 2 * _count);
        }

        _symbols[_count] = new Symbol { Id = id, Start = start, Previous = _count - 1, Next = _count + 1, Priority = NoMerge };
        _count++;
    }

    /// <summary>Merges all that merges. Afterwards walk from symbol 0 with <see cref="Next"/>.</summary>
    /// <param name="piece">The piece's text.</param>
    /// <param name="rule">Which pairs merge.</param>
    /// <param name="onMerge">Told each merge as (merged id, bytes of its left part), if given.</param>
    public void Merge<TRule>(ReadOnlySpan<byte> piece, TRule rule, Action<int, int>? onMerge = null)
        where TRule : struct, IMergeRule
    {
        for (int i = 0; i + 1 < _count; i++)
        {
            Look(piece, rule, i);
        }

        while (_heapCount > 0)
        {
            ulong top = Pop();
            Steps++;
            int left = (int)(uint)top;
            ref Symbol a = ref _symbols[left];
            if (a.Priority != (uint)(top >> 32))
            {
                // One of the two has merged with another since; their present pair has its own entry.
                continue;
            }

            ref Symbol b = ref _symbols[a.Next];
            onMerge?.Invoke(a.Merged, b.Start - a.Start);
            a.Id = a.Merged;
            b.Priority = NoMerge;
            a.Next = b.Next;
            if (a.Next < _count)
            {
                _symbols[a.Next].Previous = left;
            }

            Look(piece, rule, left);
            if (a.Previous >= 0)
            {
                Look(piece, rule, a.Previous);
            }
        }
    }

    /// <summary>The number of symbols that were added; a walk is over when it reaches it.</summary>
    public int Count => _count;

    /// <summary>The symbol after one.</summary>
    public int Next(int symbol) => _symbols[symbol].Next;

    /// <summary>A symbol's id.</summary>
    public int Id(int symbol) => _symbols[symbol].Id;

    /// <summary>Where a symbol's text starts.</summary>
    public int Start(int symbol) => _symbols[symbol].Start;

    /// <summary>Where a symbol's text ends.</summary>
    public int End(int symbol, int pieceLength) => _symbols[symbol].Next < _count ? _symbols[_symbols[symbol].Next].Start : pieceLength;

    /// <summary>Sets what the pair that starts at a symbol becomes, and queues it.</summary>
    private void Look<TRule>(ReadOnlySpan<byte> piece, TRule rule, int left)
        where TRule : struct, IMergeRule
    {
        ref Symbol a = ref _symbols[left];
        a.Priority = NoMerge;
        if (a.Next >= _count)
        {
            return;
        }

        int right = a.Next;
        int end = End(right, piece.Length);
        if (rule.TryMerge(piece[a.Start..end], a.Id, _symbols[right].Id, out uint priority, out int merged))
        {
            a.Priority = priority;
            a.Merged = merged;
            Push(((ulong)priority << 32) | (uint)left);
        }
    }

    private void Push(ulong value)
    {
        if (_heapCount == _heap.Length)
        {
            Array.Resize(ref _heap, 2 * _heapCount);
        }

        int i = _heapCount++;
        while (i > 0 && _heap[(i - 1) >> 1] > value)
        {
            _heap[i] = _heap[(i - 1) >> 1];
            i = (i - 1) >> 1;
        }

        _heap[i] = value;
    }

    private ulong Pop()
    {
        ulong top = _heap[0];
        ulong last = _heap[--_heapCount];
        int i = 0;
        for (int child = 1; child < _heapCount; child = (2 * i) + 1)
        {
            if (child + 1 < _heapCount && _heap[child + 1] < _heap[child])
            {
                child++;
            }

            if (_heap[child] >= last)
            {
                break;
            }

            _heap[i] = _heap[child];
            i = child;
        }

        _heap[i] = last;
        return top;
    }

    private struct Symbol
    {
        public int Id;
        public int Start;
        public int Previous;
        public int Next;
        public int Merged;
        public uint Priority;
    }
}
