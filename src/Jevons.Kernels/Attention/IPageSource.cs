namespace Jevons.Kernels;

/// <summary>Where attention takes the keys and values of a page from.</summary>
/// <typeparam name="TSelf">The implementing type.</typeparam>
internal unsafe interface IPageSource<TSelf>
    where TSelf : struct, IPageSource<TSelf>
{
    /// <summary>Bytes of scratch that <see cref="Load"/> needs, a multiple of 64.</summary>
    static abstract long ScratchBytes(in TSelf source);

    /// <summary>Told before the pages of a segment are loaded for one KV head, with the same scratch.</summary>
    /// <typeparam name="TLanes">Lanes.</typeparam>
    /// <param name="source">The source.</param>
    /// <param name="chunk">The chunk whose sequence the pages belong to.</param>
    /// <param name="head">KV head.</param>
    /// <param name="firstPage">First page of the segment.</param>
    /// <param name="visible">Positions of the segment that any query of the unit sees, at least 1.</param>
    /// <param name="scratch">ScratchBytes bytes, 64-byte aligned.</param>
    /// <param name="worker">The worker that runs the unit.</param>
    static virtual void BeginSegment<TLanes>(
        ref TSelf source, in BatchChunk chunk, int head, int firstPage, int visible, byte* scratch, int worker)
        where TLanes : unmanaged, ILanes<TLanes>
    {
    }

    /// <summary>Makes the f32 view of a page for one KV head.</summary>
    /// <typeparam name="TLanes">Lanes.</typeparam>
    /// <param name="source">The source.</param>
    /// <param name="chunk">The chunk whose sequence the page belongs to.</param>
    /// <param name="head">KV head.</param>
    /// <param name="page">Page of the sequence: positions 64 page ... .</param>
    /// <param name="visible">Positions of the page that any query of the unit sees, 1..64.</param>
    /// <param name="scratch">ScratchBytes bytes, 64-byte aligned.</param>
    /// <param name="worker">The worker that runs the unit.</param>
    /// <param name="tile">The view; valid until the next call with the same scratch.</param>
    static abstract void Load<TLanes>(
        ref TSelf source, in BatchChunk chunk, int head, int page, int visible, byte* scratch, int worker, out KvTile tile)
        where TLanes : unmanaged, ILanes<TLanes>;
}
