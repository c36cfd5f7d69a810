using System.Runtime.CompilerServices;

namespace Jevons.Kernels.Products;

/// <summary>Q2_K. Element 128 n + 32 k + l is bits 2 k of byte 32 n + l; a scale byte holds scale (low) and minimum (high) of 16.</summary>
/// <typeparam name="TLanes">The instruction set.</typeparam>
/// <typeparam name="V">Its register.</typeparam>
internal readonly unsafe struct Q2KPacker<TLanes, V> : IPanelPacker
    where TLanes : struct, IRowLanes<V>
    where V : struct
{
    private const int BlockBytes = 84;
    private const int Values = 16;
    private const int D = 80;
    private const int Run = 32 * PanelTile.Rows;

    /// <inheritdoc/>
    public static void Pack(byte* w, long rowBytes, int blocks, PanelTile tile)
    {
        for (int r = 0; r < PanelTile.Rows; r += TLanes.Count)
        {
            for (int b = 0; b < blocks; b++)
            {
                byte* from = w + (r * rowBytes) + (b * BlockBytes);
                int group = (b * 16 * PanelTile.Rows) + r;
                Scales(from, rowBytes, tile.Scales + group, tile.NegatedMinima + group);
                byte* to = tile.Values + (b * 8 * Run) + (4 * r);
                for (int n = 0; n < 2; n++)
                {
                    for (int half = 0; half < 2; half++)
                    {
                        TLanes.LoadTransposed(from + Values + (32 * n) + (16 * half), rowBytes, out V d0, out V d1, out V d2, out V d3);
                        byte* run = to + (4 * n * Run) + (256 * half);
                        Store(d0, run);
                        Store(d1, run + 64);
                        Store(d2, run + 128);
                        Store(d3, run + 192);
                    }
                }
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(V bits, byte* to)
    {
        V three = TLanes.Fill(0x0303_0303);
        TLanes.Store(TLanes.And(bits, three), to);
        TLanes.Store(TLanes.And(TLanes.ShiftRight(bits, 2), three), to + Run);
        TLanes.Store(TLanes.And(TLanes.ShiftRight(bits, 4), three), to + (2 * Run));
        TLanes.Store(TLanes.And(TLanes.ShiftRight(bits, 6), three), to + (3 * Run));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Scales(byte* from, long rowBytes, float* scales, float* negatedMinima)
    {
        PanelScales.Widen<TLanes, V>(TLanes.LoadWords(from + D, rowBytes), out V d, out V dMin);
        TLanes.LoadTransposed(from, rowBytes, out V s0, out V s1, out V s2, out V s3);
        Quad(s0, d, dMin, scales, negatedMinima);
        Quad(s1, d, dMin, scales + (4 * PanelTile.Rows), negatedMinima + (4 * PanelTile.Rows));
        Quad(s2, d, dMin, scales + (8 * PanelTile.Rows), negatedMinima + (8 * PanelTile.Rows));
        Quad(s3, d, dMin, scales + (12 * PanelTile.Rows), negatedMinima + (12 * PanelTile.Rows));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Quad(V bytes, V d, V dMin, float* scales, float* negatedMinima)
    {
        V low = TLanes.Fill(15);
        for (int j = 0; j < 4; j++)
        {
            V s = TLanes.ToFloat(TLanes.And(TLanes.ShiftRight(bytes, 8 * j), low));
            V m = TLanes.ToFloat(TLanes.And(TLanes.ShiftRight(bytes, (8 * j) + 4), low));
            TLanes.Store(TLanes.MultiplyFloat(d, s), scales + (j * PanelTile.Rows));
            TLanes.Store(PanelScales.NegatedProduct<TLanes, V>(dMin, m), negatedMinima + (j * PanelTile.Rows));
        }
    }
}
