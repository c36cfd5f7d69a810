namespace Jevons.Kernels.Products;

/// <summary>Q8_0: the stored bytes, 128 added by flipping the top bit.</summary>
/// <typeparam name="TLanes">The instruction set.</typeparam>
/// <typeparam name="V">Its register.</typeparam>
internal readonly unsafe struct Q8_0Packer<TLanes, V> : IPanelPacker
    where TLanes : struct, IRowLanes<V>
    where V : struct
{
    private const int BlockBytes = 34;

    /// <inheritdoc/>
    public static void Pack(byte* w, long rowBytes, int blocks, PanelTile tile)
    {
        V flip = TLanes.Fill(0x8080_8080);
        for (int r = 0; r < PanelTile.Rows; r += TLanes.Count)
        {
            byte* from = w + (r * rowBytes);
            byte* to = tile.Values + (4 * r);
            for (int b = 0; b < blocks; b++)
            {
                TLanes.Store(TLanes.WidenHalf(TLanes.LoadHalves(from, rowBytes)), tile.Scales + (b * PanelTile.Rows) + r);
                for (int half = 0; half < 2; half++)
                {
                    TLanes.LoadTransposed(from + 2 + (16 * half), rowBytes, out V d0, out V d1, out V d2, out V d3);
                    TLanes.Store(TLanes.Xor(d0, flip), to);
                    TLanes.Store(TLanes.Xor(d1, flip), to + 64);
                    TLanes.Store(TLanes.Xor(d2, flip), to + 128);
                    TLanes.Store(TLanes.Xor(d3, flip), to + 192);
                    to += 256;
                }

                from += BlockBytes;
            }
        }
    }
}
