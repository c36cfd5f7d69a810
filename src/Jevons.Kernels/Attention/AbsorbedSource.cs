using Jevons.Kernels.Conversion;

namespace Jevons.Kernels;

/// <summary>
/// The rows of a latent layer as one KV head that all query heads share: the key is the whole row, the value its latent.
/// </summary>
/// <param name="pages">The pages.</param>
internal readonly unsafe struct AbsorbedSource(KvPages pages) : IPageSource<AbsorbedSource>
{
    private readonly KvPages _pages = pages;

    public static long ScratchBytes(in AbsorbedSource source)
    {
        KvLayerLayout layout = source._pages.Layout;
        long rows = layout.Type == KvType.F32 ? 0 : layout.KeyStride;
        return 4L * KvLayerLayout.PageLength * (layout.KeyDim + rows);
    }

    public static void Load<TLanes>(
        ref AbsorbedSource source, in BatchChunk chunk, int head, int page, int visible, byte* scratch, int worker, out KvTile tile)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        KvLayerLayout layout = source._pages.Layout;
        byte* start = source._pages.PageOf(chunk, page * KvLayerLayout.PageLength);
        tile.Keys = (float*)scratch;
        float* buffer = tile.Keys + ((long)layout.KeyDim * KvLayerLayout.PageLength);
        tile.Values = KvConvert.Rows<TLanes>(layout.Type, start, layout.KeyDim, layout.KeyStride, visible, buffer);
        tile.ValueStride = layout.KeyStride;
        Transpose.Copy(tile.Values, layout.KeyStride, visible, layout.KeyDim, tile.Keys, KvLayerLayout.PageLength);
    }
}
