using System.Numerics;
using System.Runtime.InteropServices;

namespace Jevons.Tokenization;

/// <summary>Merges by rank: a hash table from a pair of symbols to its rank and what it becomes. Immutable once made.</summary>
internal sealed class MergeTable
{
    private readonly Entry[] _slots;
    private readonly bool _laterWins;

    /// <summary>Makes an empty table.</summary>
    /// <param name="capacity">How many pairs will be added at most.</param>
    /// <param name="laterWins">Of a pair that is listed twice, the later rank holds.</param>
    public MergeTable(int capacity, bool laterWins)
    {
        _slots = new Entry[BitOperations.RoundUpToPowerOf2((uint)Math.Max(16, 2 * capacity))];
        Array.Fill(_slots, new Entry(ulong.MaxValue, 0, 0));
        _laterWins = laterWins;
    }

    /// <summary>Adds a pair.</summary>
    public void Add(int left, int right, uint rank, int merged)
    {
        int slot = Slot(Key(left, right));
        if (_slots[slot].Key == ulong.MaxValue || _laterWins)
        {
            _slots[slot] = new Entry(Key(left, right), rank, merged);
        }
    }

    /// <summary>Looks a pair up.</summary>
    public bool TryGet(int left, int right, out uint rank, out int merged)
    {
        ref readonly Entry entry = ref _slots[Slot(Key(left, right))];
        rank = entry.Rank;
        merged = entry.Merged;
        return entry.Key != ulong.MaxValue;
    }

    private static ulong Key(int left, int right) => ((ulong)(uint)left << 32) | (uint)right;

    private int Slot(ulong key)
    {
        int mask = _slots.Length - 1;
        int slot = (int)(Math.BigMul(key, 0x9E3779B97F4A7C15UL, out ulong low) ^ (low >> 29)) & mask;
        while (_slots[slot].Key != key && _slots[slot].Key != ulong.MaxValue)
        {
            slot = (slot + 1) & mask;
        }

        return slot;
    }

    [StructLayout(LayoutKind.Auto)]
    private readonly record struct Entry(ulong Key, uint Rank, int Merged);
}
