using System.Numerics;
using System.Runtime.InteropServices;

namespace Jevons.Tokenization;

/// <summary>
/// How often each piece of a corpus stands in it: a hash table with the bytes of all different pieces in one array. It takes
/// memory for different pieces alone, however long the corpus is.
/// </summary>
internal sealed class PieceCounts
{
    private readonly ByteBuffer _bytes = new();
    private readonly List<int> _ends = [];
    private readonly List<long> _counts = [];
    private int[] _slots = NewSlots(1 << 10);

    /// <summary>How many different pieces there are.</summary>
    public int Count => _ends.Count;

    /// <summary>The bytes of all different pieces together.</summary>
    public int TotalBytes => _bytes.Length;

    /// <summary>All pieces, each as often as it stands in the corpus.</summary>
    public long Occurrences { get; private set; }

    /// <summary>The bytes of a piece.</summary>
    public ReadOnlySpan<byte> this[int piece]
    {
        get
        {
            int start = piece == 0 ? 0 : _ends[piece - 1];
            return _bytes.Span[start.._ends[piece]];
        }
    }

    /// <summary>How often a piece stands in the corpus.</summary>
    public long CountOf(int piece) => _counts[piece];

    /// <summary>Counts a piece once.</summary>
    /// <exception cref="InvalidDataException">The different pieces need more memory than one array has.</exception>
    public void Add(ReadOnlySpan<byte> piece)
    {
        Occurrences++;
        int slot = Slot(piece);
        if (_slots[slot] >= 0)
        {
            CollectionsMarshal.AsSpan(_counts)[_slots[slot]]++;
            return;
        }

        if (_bytes.Length > Array.MaxLength - piece.Length)
        {
            throw new InvalidDataException(
                $"the corpus has more than {Array.MaxLength} bytes of different words; train on a sample of it");
        }

        _slots[slot] = _ends.Count;
        _bytes.Append(piece);
        _ends.Add(_bytes.Length);
        _counts.Add(1);
        if (_ends.Count > _slots.Length / 2)
        {
            Grow();
        }
    }

    private static int[] NewSlots(uint count)
    {
        int[] slots = new int[BitOperations.RoundUpToPowerOf2(count)];
        Array.Fill(slots, -1);
        return slots;
    }

    private void Grow()
    {
        _slots = NewSlots(2 * (uint)_slots.Length);
        for (int piece = 0; piece < _ends.Count; piece++)
        {
            _slots[Slot(this[piece])] = piece;
        }
    }

    private int Slot(ReadOnlySpan<byte> key)
    {
        int mask = _slots.Length - 1;
        int slot = (int)TokenTable.Hash(key) & mask;
        while (_slots[slot] >= 0 && !this[_slots[slot]].SequenceEqual(key))
        {
            slot = (slot + 1) & mask;
        }

        return slot;
    }
}
