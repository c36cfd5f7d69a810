namespace Jevons.Kernels;

/// <summary>
/// The pages of one layer as a batch sees them: page p of the pool lies at Pointer + p * PageStride in the layer's layout;
/// PageTable maps a sequence's page number (position / 64) to p. Borrows its memory.
/// </summary>
/// <param name="layout">Layout of a page.</param>
/// <param name="pointer">Page 0 of the pool, 64-byte aligned.</param>
/// <param name="pageStride">Bytes from one page to the next.</param>
/// <param name="pageTable">Page numbers of all sequences of the batch, one after the other.</param>
public readonly unsafe struct KvPages(KvLayerLayout layout, byte* pointer, long pageStride, int* pageTable)
{
    /// <summary>Layout of a page.</summary>
    public KvLayerLayout Layout { get; } = layout;

    /// <summary>Page numbers of all sequences of the batch.</summary>
    public int* PageTable { get; } = pageTable;

    /// <summary>First byte of the page that holds a position.</summary>
    /// <param name="chunk">Any chunk of the sequence.</param>
    /// <param name="position">Position in the sequence.</param>
    /// <returns>A 64-byte aligned pointer.</returns>
    public byte* PageOf(in BatchChunk chunk, int position) =>
        pointer + (PageTable[chunk.PageTableStart + (position / KvLayerLayout.PageLength)] * pageStride);
}
