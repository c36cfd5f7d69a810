using System.Buffers.Binary;
using System.Numerics;

namespace Jevons.Tokenization;

/// <summary>
/// The bytes that each token stands for, and a hash table from bytes to the tokens that merging may produce (open addressing,
/// at most half full). Immutable once made.
/// </summary>
internal sealed class TokenTable
{
    private readonly byte[] _bytes;
    private readonly int[] _ends;
    private readonly int[] _slots;

    /// <summary>Makes the table.</summary>
    /// <param name="bytes">The bytes of all tokens, one after the other.</param>
    /// <param name="ends">Where each token's bytes end.</param>
    /// <param name="found">Whether <see cref="Find"/> may answer with a token; of equal ones the first.</param>
    public TokenTable(ReadOnlySpan<byte> bytes, int[] ends, Func<int, bool> found)
    {
        _bytes = bytes.ToArray();
        _ends = ends;
        _slots = new int[BitOperations.RoundUpToPowerOf2((uint)Math.Max(16, 2 * ends.Length))];
        Array.Fill(_slots, -1);
        for (int id = 0; id < ends.Length; id++)
        {
            ReadOnlySpan<byte> key = this[id];
            if (key.IsEmpty || !found(id))
            {
                continue;
            }

            MaxLength = Math.Max(MaxLength, key.Length);
            int slot = Slot(key);
            if (_slots[slot] < 0)
            {
                _slots[slot] = id;
            }
        }
    }

    /// <summary>The number of tokens.</summary>
    public int Count => _ends.Length;

    /// <summary>The length in bytes of the longest token that <see cref="Find"/> may answer with.</summary>
    public int MaxLength { get; }

    /// <summary>The bytes of a token.</summary>
    public ReadOnlySpan<byte> this[int id]
    {
        get
        {
            int start = id == 0 ? 0 : _ends[id - 1];
            return _bytes.AsSpan(start, _ends[id] - start);
        }
    }

    /// <summary>The token of exactly these bytes, or -1.</summary>
    public int Find(ReadOnlySpan<byte> key) => key.Length > MaxLength ? -1 : _slots[Slot(key)];

    private int Slot(ReadOnlySpan<byte> key)
    {
        int mask = _slots.Length - 1;
        int slot = (int)Hash(key) & mask;
        while (_slots[slot] >= 0 && !this[_slots[slot]].SequenceEqual(key))
        {
            slot = (slot + 1) & mask;
        }

        return slot;
    }

    /// <summary>A hash of bytes, the same in every run.</summary>
    internal static uint Hash(ReadOnlySpan<byte> key)
    {
        ulong hash = 0x9E3779B97F4A7C15UL ^ (ulong)key.Length;
        while (key.Length >= 8)
        {
            hash = Mix(hash, BinaryPrimitives.ReadUInt64LittleEndian(key));
            key = key[8..];
        }

        ulong rest = 0;
        for (int i = 0; i < key.Length; i++)
        {
            rest |= (ulong)key[i] << (8 * i);
        }

        hash = Mix(hash, rest);
        return (uint)(hash >> 32);
    }

    private static ulong Mix(ulong hash, ulong value)
    {
        ulong high = Math.BigMul(hash ^ value, 0xD6E8FEB86659FD93UL, out ulong low);
        return high ^ low;
    }
}
