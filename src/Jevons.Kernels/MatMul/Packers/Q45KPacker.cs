using System.Runtime.CompilerServices;
using Jevons.Numerics;
using Jevons.Numerics.Blocks;

namespace Jevons.Kernels.Products;

/// <summary>
/// Q4_K and Q5_K. The first 16 bytes (d, dmin, twelve bytes of 6-bit scales and minima) turn into four words per row, and the
/// scales of all rows are taken apart at once. Chunk c of 32 nibble bytes holds group 2 c (low) and 2 c + 1 (high).
/// </summary>
/// <typeparam name="TBlock">BlockQ4K or BlockQ5K.</typeparam>
/// <typeparam name="TLanes">The instruction set.</typeparam>
/// <typeparam name="V">Its register.</typeparam>
internal readonly unsafe struct Q45KPacker<TBlock, TLanes, V> : IPanelPacker
    where TBlock : unmanaged, IQuantBlock<TBlock>
    where TLanes : struct, IRowLanes<V>
    where V : struct
{
    private const int Header = 16;
    private const int GroupBytes = 32 * PanelTile.Rows;

    private static bool HasFifthBits => TBlock.Type == TensorType.Q5_K;

    /// <inheritdoc/>
    public static void Pack(byte* w, long rowBytes, int blocks, PanelTile tile)
    {
        for (int r = 0; r < PanelTile.Rows; r += TLanes.Count)
        {
            for (int b = 0; b < blocks; b++)
            {
                byte* from = w + (r * rowBytes) + ((long)b * sizeof(TBlock));
                int group = b * 8 * PanelTile.Rows;
                Scales(from, rowBytes, tile.Scales + group + r, tile.NegatedMinima + group + r);
                byte* to = tile.Values + (b * 8 * GroupBytes) + (4 * r);
                byte* nibbles = from + sizeof(TBlock) - 128;
                for (int half = 0; half < 2; half++)
                {
                    V h0 = default, h1 = default, h2 = default, h3 = default;
                    if (HasFifthBits)
                    {
                        TLanes.LoadTransposed(from + Header + (16 * half), rowBytes, out h0, out h1, out h2, out h3);
                    }

                    for (int chunk = 0; chunk < 4; chunk++)
                    {
                        TLanes.LoadTransposed(nibbles + (32 * chunk) + (16 * half), rowBytes, out V d0, out V d1, out V d2, out V d3);
                        byte* group0 = to + (2 * chunk * GroupBytes) + (256 * half);
                        Store(d0, h0, 2 * chunk, group0);
                        Store(d1, h1, 2 * chunk, group0 + 64);
                        Store(d2, h2, 2 * chunk, group0 + 128);
                        Store(d3, h3, 2 * chunk, group0 + 192);
                    }
                }
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(V nibbles, V fifth, int group, byte* to)
    {
        V mask = TLanes.Fill(0x0F0F_0F0F);
        V first = TLanes.And(nibbles, mask);
        V second = TLanes.And(TLanes.ShiftRight(nibbles, 4), mask);
        if (HasFifthBits)
        {
            V one = TLanes.Fill(0x0101_0101);
            first = TLanes.Or(first, TLanes.ShiftLeft(TLanes.And(TLanes.ShiftRight(fifth, group), one), 4));
            second = TLanes.Or(second, TLanes.ShiftLeft(TLanes.And(TLanes.ShiftRight(fifth, group + 1), one), 4));
        }

        TLanes.Store(first, to);
        TLanes.Store(second, to + GroupBytes);
    }

    // Words of packed bytes p0 = 0..3, p1 = 4..7, p2 = 8..11: scales and minima of groups 0..3 are the low 6 bits of p0 and
    // p1; those of groups 4..7 have their low 4 bits in p2 (low and high nibbles) and their top 2 bits on top of p0 and p1.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Scales(byte* from, long rowBytes, float* scales, float* negatedMinima)
    {
        TLanes.LoadTransposed(from, rowBytes, out V halves, out V p0, out V p1, out V p2);
        PanelScales.Widen<TLanes, V>(halves, out V d, out V dMin);
        V six = TLanes.Fill(0x3F3F_3F3F);
        V four = TLanes.Fill(0x0F0F_0F0F);
        V top = TLanes.Fill(0x3030_3030);
        Quad(TLanes.And(p0, six), TLanes.And(p1, six), d, dMin, scales, negatedMinima);
        V scale = TLanes.Or(TLanes.And(p2, four), TLanes.And(TLanes.ShiftRight(p0, 2), top));
        V minimum = TLanes.Or(TLanes.And(TLanes.ShiftRight(p2, 4), four), TLanes.And(TLanes.ShiftRight(p1, 2), top));
        Quad(scale, minimum, d, dMin, scales + (4 * PanelTile.Rows), negatedMinima + (4 * PanelTile.Rows));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Quad(V scale, V minimum, V d, V dMin, float* scales, float* negatedMinima)
    {
        V low = TLanes.Fill(0xFF);
        for (int j = 0; j < 4; j++)
        {
            V s = TLanes.ToFloat(TLanes.And(TLanes.ShiftRight(scale, 8 * j), low));
            V m = TLanes.ToFloat(TLanes.And(TLanes.ShiftRight(minimum, 8 * j), low));
            TLanes.Store(TLanes.MultiplyFloat(d, s), scales + (j * PanelTile.Rows));
            TLanes.Store(PanelScales.NegatedProduct<TLanes, V>(dMin, m), negatedMinima + (j * PanelTile.Rows));
        }
    }
}
