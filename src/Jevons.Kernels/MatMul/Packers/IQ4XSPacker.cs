using System.Runtime.CompilerServices;

namespace Jevons.Kernels.Products;

/// <summary>IQ4_XS: nibbles are indices into a table of 16 levels, byte l of 16 holding elements l and l + 16 of its group of 32.</summary>
/// <typeparam name="TLanes">The instruction set.</typeparam>
/// <typeparam name="V">Its register.</typeparam>
internal readonly unsafe struct IQ4XSPacker<TLanes, V> : IPanelPacker
    where TLanes : struct, IRowLanes<V>
    where V : struct
{
    private const int BlockBytes = 136;
    private const int Nibbles = 8;
    private const int GroupBytes = 32 * PanelTile.Rows;

    /// <inheritdoc/>
    public static void Pack(byte* w, long rowBytes, int blocks, PanelTile tile)
    {
        for (int r = 0; r < PanelTile.Rows; r += TLanes.Count)
        {
            for (int b = 0; b < blocks; b++)
            {
                byte* from = w + (r * rowBytes) + (b * BlockBytes);
                Scales(from, rowBytes, tile.Scales + (b * 8 * PanelTile.Rows) + r);
                byte* to = tile.Values + (b * 8 * GroupBytes) + (4 * r);
                for (int group = 0; group < 8; group++)
                {
                    TLanes.LoadTransposed(from + Nibbles + (16 * group), rowBytes, out V d0, out V d1, out V d2, out V d3);
                    Store(d0, to);
                    Store(d1, to + 64);
                    Store(d2, to + 128);
                    Store(d3, to + 192);
                    to += GroupBytes;
                }
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(V nibbles, byte* to)
    {
        V mask = TLanes.Fill(0x0F0F_0F0F);
        TLanes.Store(TLanes.Lookup(LevelTable.Levels, TLanes.And(nibbles, mask)), to);
        TLanes.Store(TLanes.Lookup(LevelTable.Levels, TLanes.And(TLanes.ShiftRight(nibbles, 4), mask)), to + 256);
    }

    // First word: d, then 16 bits with the top 2 bits of the 8 scales; second word: their low 4 bits.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Scales(byte* from, long rowBytes, float* scales)
    {
        TLanes.LoadTransposed(from, rowBytes, out V first, out V low, out V _, out V _);
        V d = TLanes.WidenHalf(TLanes.And(first, TLanes.Fill(0xFFFF)));
        V high = TLanes.ShiftRight(first, 16);
        for (int j = 0; j < 8; j++)
        {
            V s = TLanes.And(TLanes.ShiftRight(low, 4 * j), TLanes.Fill(15));
            s = TLanes.Or(s, TLanes.ShiftLeft(TLanes.And(TLanes.ShiftRight(high, 2 * j), TLanes.Fill(3)), 4));
            s = TLanes.Subtract32(s, TLanes.Fill(32));
            TLanes.Store(TLanes.MultiplyFloat(d, TLanes.ToFloat(s)), scales + (j * PanelTile.Rows));
        }
    }
}
