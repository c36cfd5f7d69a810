using Jevons.Numerics;

namespace Jevons.Kernels.Tests.Attention;

/// <summary>Pages of one layer for a few sequences, handed out in a shuffled order so that page p is never page p of the pool.</summary>
internal sealed unsafe class PagedCache : IDisposable
{
    private readonly AlignedMemory _pool;
    private readonly AlignedMemory _table;
    private readonly int[] _order;
    private int _used;

    public PagedCache(KvLayerLayout layout, int pages, ulong seed = 1)
    {
        Layout = layout;
        _pool = new AlignedMemory(layout.PageBytes * pages);
        _table = new AlignedMemory(4L * pages);
        _order = [.. Enumerable.Range(0, pages)];
        SeededRandom random = new(seed);
        for (int i = pages - 1; i > 0; i--)
        {
            int j = random.NextInt32(i + 1);
            (_order[i], _order[j]) = (_order[j], _order[i]);
        }
    }

    public KvLayerLayout Layout { get; }

    public KvPages Pages => new(Layout, _pool.Pointer, Layout.PageBytes, (int*)_table.Pointer);

    /// <summary>Everything that the pages hold, to poison or compare.</summary>
    public Span<byte> Bytes => new(_pool.Pointer, checked((int)_pool.Length));

    /// <summary>Reserves pages for a sequence.</summary>
    /// <returns>Where they begin in the page table.</returns>
    public int Add(int positions)
    {
        int start = _used;
        for (int i = 0; i < (positions + KvLayerLayout.PageLength - 1) / KvLayerLayout.PageLength; i++)
        {
            ((int*)_table.Pointer)[_used] = _order[_used];
            _used++;
        }

        return start;
    }

    public void Dispose()
    {
        _pool.Dispose();
        _table.Dispose();
    }
}
