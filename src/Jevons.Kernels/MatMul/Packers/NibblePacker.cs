using System.Runtime.CompilerServices;
using Jevons.Numerics;
using Jevons.Numerics.Blocks;

namespace Jevons.Kernels.Products;

/// <summary>
/// The blocks of 32 whose last 16 bytes are nibbles, byte j holding elements j and j + 16: Q4_0, Q4_1, Q5_0, Q5_1 (a word of
/// fifth bits before the nibbles), IQ4_NL (a table of 16).
/// </summary>
/// <typeparam name="TBlock">The block.</typeparam>
/// <typeparam name="TLanes">The instruction set.</typeparam>
/// <typeparam name="V">Its register.</typeparam>
internal readonly unsafe struct NibblePacker<TBlock, TLanes, V> : IPanelPacker
    where TBlock : unmanaged, IQuantBlock<TBlock>
    where TLanes : struct, IRowLanes<V>
    where V : struct
{
    private static bool HasMinimum => TBlock.Type is TensorType.Q4_1 or TensorType.Q5_1;

    private static bool HasFifthBits => TBlock.Type is TensorType.Q5_0 or TensorType.Q5_1;

    /// <inheritdoc/>
    public static void Pack(byte* w, long rowBytes, int blocks, PanelTile tile)
    {
        for (int r = 0; r < PanelTile.Rows; r += TLanes.Count)
        {
            byte* from = w + (r * rowBytes);
            Scales(from, rowBytes, blocks, tile.Scales + r, tile.NegatedMinima + r);
            Values(from + sizeof(TBlock) - 16, rowBytes, blocks, tile.Values + (4 * r));
        }
    }

    // Two loops: in one, the compiler would give up inlining before its end.
    private static void Scales(byte* from, long rowBytes, int blocks, float* scales, float* negatedMinima)
    {
        for (int b = 0; b < blocks; b++)
        {
            if (HasMinimum)
            {
                PanelScales.Widen<TLanes, V>(TLanes.LoadWords(from, rowBytes), out V d, out V m);
                TLanes.Store(d, scales);
                TLanes.Store(m, negatedMinima);
            }
            else
            {
                TLanes.Store(TLanes.WidenHalf(TLanes.LoadHalves(from, rowBytes)), scales);
            }

            from += sizeof(TBlock);
            scales += PanelTile.Rows;
            negatedMinima += PanelTile.Rows;
        }
    }

    private static void Values(byte* nibbles, long rowBytes, int blocks, byte* to)
    {
        for (int b = 0; b < blocks; b++)
        {
            V high = HasFifthBits ? TLanes.LoadWords(nibbles - 4, rowBytes) : TLanes.Fill(0);
            TLanes.LoadTransposed(nibbles, rowBytes, out V d0, out V d1, out V d2, out V d3);
            Store(d0, high, 0, to);
            Store(d1, high, 1, to);
            Store(d2, high, 2, to);
            Store(d3, high, 3, to);
            nibbles += sizeof(TBlock);
            to += 32 * PanelTile.Rows;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(V nibbles, V fifth, int j, byte* to)
    {
        V mask = TLanes.Fill(0x0F0F_0F0F);
        V first = TLanes.And(nibbles, mask);
        V second = TLanes.And(TLanes.ShiftRight(nibbles, 4), mask);
        if (HasFifthBits)
        {
            first = TLanes.Or(first, Spread(TLanes.ShiftRight(fifth, 4 * j)));
            second = TLanes.Or(second, Spread(TLanes.ShiftRight(fifth, 16 + (4 * j))));
        }

        if (TBlock.Type == TensorType.IQ4_NL)
        {
            first = TLanes.Lookup(LevelTable.Levels, first);
            second = TLanes.Lookup(LevelTable.Levels, second);
        }

        TLanes.Store(first, to + (64 * j));
        TLanes.Store(second, to + (64 * (j + 4)));
    }

    // Bits 0..3 to bit 4 of bytes 0..3: copies 7 bits apart put bit i of the word at bit 8 i.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static V Spread(V bits)
    {
        V copies = TLanes.Multiply32(TLanes.And(bits, TLanes.Fill(15)), TLanes.Fill(0x0020_4081));
        return TLanes.ShiftLeft(TLanes.And(copies, TLanes.Fill(0x0101_0101)), 4);
    }
}
