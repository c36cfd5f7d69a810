using System.Runtime.CompilerServices;

namespace Jevons.Kernels.Products;

/// <summary>
/// Q6_K, 32 already added to every value as stored. Element 128 n + 32 k + l has its low bits in a nibble of byte
/// 64 n + 32 (k mod 2) + l (low for k below 2) and its high bits in bits 2 k of byte 32 n + l of the second part.
/// </summary>
/// <typeparam name="TLanes">The instruction set.</typeparam>
/// <typeparam name="V">Its register.</typeparam>
internal readonly unsafe struct Q6KPacker<TLanes, V> : IPanelPacker
    where TLanes : struct, IRowLanes<V>
    where V : struct
{
    private const int BlockBytes = 210;
    private const int High = 128;
    private const int ScaleBytes = 192;
    private const int D = 208;
    private const int Run = 32 * PanelTile.Rows;

    /// <inheritdoc/>
    public static void Pack(byte* w, long rowBytes, int blocks, PanelTile tile)
    {
        for (int r = 0; r < PanelTile.Rows; r += TLanes.Count)
        {
            for (int b = 0; b < blocks; b++)
            {
                byte* from = w + (r * rowBytes) + (b * BlockBytes);
                Scales(from, rowBytes, tile.Scales + (b * 16 * PanelTile.Rows) + r);
                byte* to = tile.Values + (b * 8 * Run) + (4 * r);
                for (int n = 0; n < 2; n++)
                {
                    for (int half = 0; half < 2; half++)
                    {
                        byte* low = from + (64 * n) + (16 * half);
                        TLanes.LoadTransposed(low, rowBytes, out V a0, out V a1, out V a2, out V a3);
                        TLanes.LoadTransposed(low + 32, rowBytes, out V b0, out V b1, out V b2, out V b3);
                        TLanes.LoadTransposed(from + High + (32 * n) + (16 * half), rowBytes, out V h0, out V h1, out V h2, out V h3);
                        byte* run = to + (4 * n * Run) + (256 * half);
                        Store(a0, b0, h0, run);
                        Store(a1, b1, h1, run + 64);
                        Store(a2, b2, h2, run + 128);
                        Store(a3, b3, h3, run + 192);
                    }
                }
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(V a, V b, V high, byte* to)
    {
        V low = TLanes.Fill(0x0F0F_0F0F);
        V top = TLanes.Fill(0x3030_3030);
        TLanes.Store(TLanes.Or(TLanes.And(a, low), TLanes.And(TLanes.ShiftLeft(high, 4), top)), to);
        TLanes.Store(TLanes.Or(TLanes.And(b, low), TLanes.And(TLanes.ShiftLeft(high, 2), top)), to + Run);
        TLanes.Store(TLanes.Or(TLanes.And(TLanes.ShiftRight(a, 4), low), TLanes.And(high, top)), to + (2 * Run));
        TLanes.Store(TLanes.Or(TLanes.And(TLanes.ShiftRight(b, 4), low), TLanes.And(TLanes.ShiftRight(high, 2), top)), to + (3 * Run));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Scales(byte* from, long rowBytes, float* scales)
    {
        V d = TLanes.WidenHalf(TLanes.LoadHalves(from + D, rowBytes));
        TLanes.LoadTransposed(from + ScaleBytes, rowBytes, out V s0, out V s1, out V s2, out V s3);
        Quad(s0, d, scales);
        Quad(s1, d, scales + (4 * PanelTile.Rows));
        Quad(s2, d, scales + (8 * PanelTile.Rows));
        Quad(s3, d, scales + (12 * PanelTile.Rows));
    }

    // The scales are signed bytes.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Quad(V bytes, V d, float* scales)
    {
        for (int j = 0; j < 4; j++)
        {
            V s = TLanes.ShiftRightArithmetic(TLanes.ShiftLeft(bytes, 24 - (8 * j)), 24);
            TLanes.Store(TLanes.MultiplyFloat(d, TLanes.ToFloat(s)), scales + (j * PanelTile.Rows));
        }
    }
}
