using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Jevons.Kernels.Products;

/// <summary>
/// Q3_K, 4 added to every value: element 128 n + 32 k + l is bits 2 k of byte 32 n + l plus 4 times bit 4 n + k of mask byte l.
/// </summary>
/// <typeparam name="TLanes">The instruction set.</typeparam>
/// <typeparam name="V">Its register.</typeparam>
internal readonly unsafe struct Q3KPacker<TLanes, V> : IPanelPacker
    where TLanes : struct, IRowLanes<V>
    where V : struct
{
    private const int BlockBytes = 110;
    private const int Values = 32;
    private const int Run = 32 * PanelTile.Rows;

    /// <inheritdoc/>
    public static void Pack(byte* w, long rowBytes, int blocks, PanelTile tile)
    {
        byte* tails = stackalloc byte[16 * PanelTile.Rows];
        for (int r = 0; r < PanelTile.Rows; r += TLanes.Count)
        {
            for (int b = 0; b < blocks; b++)
            {
                byte* from = w + (r * rowBytes) + (b * BlockBytes);
                Scales(from, rowBytes, tails, tile.Scales + (b * 16 * PanelTile.Rows) + r);
                byte* to = tile.Values + (b * 8 * Run) + (4 * r);
                for (int half = 0; half < 2; half++)
                {
                    TLanes.LoadTransposed(from + (16 * half), rowBytes, out V m0, out V m1, out V m2, out V m3);
                    for (int n = 0; n < 2; n++)
                    {
                        TLanes.LoadTransposed(from + Values + (32 * n) + (16 * half), rowBytes, out V d0, out V d1, out V d2, out V d3);
                        byte* run = to + (4 * n * Run) + (256 * half);
                        Store(d0, TLanes.ShiftRight(m0, 4 * n), run);
                        Store(d1, TLanes.ShiftRight(m1, 4 * n), run + 64);
                        Store(d2, TLanes.ShiftRight(m2, 4 * n), run + 128);
                        Store(d3, TLanes.ShiftRight(m3, 4 * n), run + 192);
                    }
                }
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(V bits, V mask, byte* to)
    {
        V three = TLanes.Fill(0x0303_0303);
        V one = TLanes.Fill(0x0101_0101);
        for (int k = 0; k < 4; k++)
        {
            V low = TLanes.And(TLanes.ShiftRight(bits, 2 * k), three);
            V high = TLanes.ShiftLeft(TLanes.And(TLanes.ShiftRight(mask, k), one), 2);
            TLanes.Store(TLanes.Or(low, high), to + (k * Run));
        }
    }

    // The last 16 bytes of a block end with twelve bytes of scales and d; moved down by two they are four whole words.
    // Low 4 bits of scales 0..7 are the low nibbles of bytes 0..7, of 8..15 the high ones; the top 2 bits of scale 4 q + j are
    // bits 2 q of byte 8 + j.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Scales(byte* from, long rowBytes, byte* tails, float* scales)
    {
        for (int r = 0; r < TLanes.Count; r++)
        {
            Vector128<byte> tail = Vector128.Load(from + (r * rowBytes) + BlockBytes - 16);
            Vector128.Shuffle(tail, Vector128.Create((byte)2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 255, 255)).Store(tails + (16 * r));
        }

        TLanes.LoadTransposed(tails, 16, out V p0, out V p1, out V p2, out V half);
        V d = TLanes.WidenHalf(half);
        V four = TLanes.Fill(0x0F0F_0F0F);
        Quad(TLanes.And(p0, four), p2, d, scales);
        Quad(TLanes.And(p1, four), TLanes.ShiftRight(p2, 2), d, scales + (4 * PanelTile.Rows));
        Quad(TLanes.And(TLanes.ShiftRight(p0, 4), four), TLanes.ShiftRight(p2, 4), d, scales + (8 * PanelTile.Rows));
        Quad(TLanes.And(TLanes.ShiftRight(p1, 4), four), TLanes.ShiftRight(p2, 6), d, scales + (12 * PanelTile.Rows));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Quad(V low, V high, V d, float* scales)
    {
        V bytes = TLanes.Or(low, TLanes.ShiftLeft(TLanes.And(high, TLanes.Fill(0x0303_0303)), 4));
        for (int j = 0; j < 4; j++)
        {
            V s = TLanes.Subtract32(TLanes.And(TLanes.ShiftRight(bytes, 8 * j), TLanes.Fill(0xFF)), TLanes.Fill(32));
            TLanes.Store(TLanes.MultiplyFloat(d, TLanes.ToFloat(s)), scales + (j * PanelTile.Rows));
        }
    }
}
