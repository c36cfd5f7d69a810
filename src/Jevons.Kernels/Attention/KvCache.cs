using Jevons.Numerics;

namespace Jevons.Kernels;

/// <summary>
/// The memory of all KV pages of a model, addressed by (layer, page). It knows nothing of sequences: who owns which page
/// is the block manager's business. Memory is committed by the system as pages are first written.
/// </summary>
public sealed unsafe class KvCache : IDisposable
{
    private readonly AlignedMemory _memory;
    private readonly KvLayerLayout[] _layers;
    private readonly long[] _offsets;

    /// <summary>Reserves <paramref name="pageCount"/> pages for every layer.</summary>
    /// <param name="layers">Layout of each layer.</param>
    /// <param name="pageCount">Pages of 64 positions.</param>
    public KvCache(IReadOnlyList<KvLayerLayout> layers, int pageCount)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(pageCount);
        _layers = [.. layers];
        _offsets = new long[_layers.Length];
        long bytes = 0;
        for (int i = 0; i < _layers.Length; i++)
        {
            _offsets[i] = bytes;
            bytes = checked(bytes + (_layers[i].PageBytes * pageCount));
        }

        PageCount = pageCount;
        _memory = new AlignedMemory(bytes);
    }

    /// <summary>Pages in the pool.</summary>
    public int PageCount { get; }

    /// <summary>Layers that have pages.</summary>
    public int LayerCount => _layers.Length;

    /// <summary>Bytes reserved.</summary>
    public long Bytes => _memory.Length;

    /// <summary>The pages of one layer as a batch sees them.</summary>
    /// <param name="layer">0..LayerCount-1.</param>
    /// <param name="batch">The batch whose page table is used.</param>
    /// <returns>A view, valid until the batch changes.</returns>
    public KvPages Pages(int layer, Batch batch) =>
        new(_layers[layer], _memory.Pointer + _offsets[layer], _layers[layer].PageBytes, batch.PageTable);

    /// <summary>Copies one page of every layer: a fork's last, partly filled page.</summary>
    /// <param name="source">Page to copy.</param>
    /// <param name="destination">Page to overwrite.</param>
    public void CopyPage(int source, int destination)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)source, (uint)PageCount, nameof(source));
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)destination, (uint)PageCount, nameof(destination));
        for (int i = 0; i < _layers.Length; i++)
        {
            long bytes = _layers[i].PageBytes;
            byte* first = _memory.Pointer + _offsets[i];
            Buffer.MemoryCopy(first + (source * bytes), first + (destination * bytes), bytes, bytes);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _memory.Dispose();
}
