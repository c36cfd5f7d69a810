namespace Jevons.Kernels;

/// <summary>Keys and values of a multi-head layer.</summary>
/// <param name="pages">The pages.</param>
internal readonly unsafe struct MultiHeadSource(KvPages pages) : IPageSource<MultiHeadSource>
{
    private readonly KvPages _pages = pages;

    public static long ScratchBytes(in MultiHeadSource source)
    {
        KvLayerLayout layout = source._pages.Layout;
        return layout.Type == KvType.F32 ? 0 : 4L * KvLayerLayout.PageLength * (layout.KeyDim + layout.ValueStride);
    }

    public static void Load<TLanes>(
        ref MultiHeadSource source, in BatchChunk chunk, int head, int page, int visible, byte* scratch, int worker, out KvTile tile)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        KvLayerLayout layout = source._pages.Layout;
        byte* start = source._pages.PageOf(chunk, page * KvLayerLayout.PageLength);
        byte* keys = start + (head * layout.KeyHeadBytes);
        byte* values = start + (layout.NumKvHeads * layout.KeyHeadBytes) + (head * layout.ValueHeadBytes);
        float* keyBuffer = (float*)scratch;
        float* valueBuffer = keyBuffer + ((long)layout.KeyDim * KvLayerLayout.PageLength);
        tile.Values = KvConvert.Rows<TLanes>(layout.Type, values, layout.ValueDim, layout.ValueStride, visible, valueBuffer);
        tile.ValueStride = layout.ValueStride;
        switch (layout.Type)
        {
            case KvType.F32:
                tile.Keys = (float*)keys;
                break;
            case KvType.Q8_0:
                KvConvert.Q8Transposed<TLanes>(keys, layout.KeyDim, keyBuffer);
                tile.Keys = keyBuffer;
                break;
            default:
                KvConvert.Widen<TLanes>(layout.Type, (ushort*)keys, keyBuffer, layout.KeyDim * KvLayerLayout.PageLength);
                tile.Keys = keyBuffer;
                break;
        }
    }
}
