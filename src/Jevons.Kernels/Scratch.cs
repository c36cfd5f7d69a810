using Jevons.Numerics;

namespace Jevons.Kernels;

/// <summary>
/// Private memory of each worker, for tiles and partial results inside one unit of work. It grows when a larger size is
/// asked for (before the first batch of a new size), so a warmed-up decode step allocates nothing.
/// </summary>
public sealed unsafe class Scratch : IDisposable
{
    private readonly AlignedMemory?[] _perWorker;
    private readonly AlignedMemory?[] _outer;
    private AlignedMemory? _shared;

    /// <summary>Makes empty scratch for a pool.</summary>
    /// <param name="workers">Workers of the pool.</param>
    public Scratch(int workers)
    {
        _perWorker = new AlignedMemory?[workers];
        _outer = new AlignedMemory?[workers];
    }

    /// <summary>Memory of one worker; its content is undefined. Valid until the same worker asks again.</summary>
    /// <param name="worker">Worker index as the pool hands it to a unit.</param>
    /// <param name="bytes">Bytes needed.</param>
    /// <returns>A 64-byte aligned pointer.</returns>
    public byte* Get(int worker, long bytes) => Ensure(ref _perWorker[worker], bytes);

    /// <summary>
    /// Memory of one worker for a unit that calls other kernels: it stays as it is while they use <see cref="Get"/>.
    /// Its content is undefined. Valid until the same worker asks again.
    /// </summary>
    /// <param name="worker">Worker index as the pool hands it to a unit.</param>
    /// <param name="bytes">Bytes needed.</param>
    /// <returns>A 64-byte aligned pointer.</returns>
    public byte* GetOuter(int worker, long bytes) => Ensure(ref _outer[worker], bytes);

    /// <summary>
    /// Makes <see cref="Get"/> and <see cref="GetOuter"/> of every worker large enough. Units are claimed freely, so a
    /// kernel calls this before its region: no worker then allocates in a later call of the same size.
    /// </summary>
    /// <param name="bytes">Bytes that units will ask of <see cref="Get"/>.</param>
    /// <param name="outerBytes">Bytes that units will ask of <see cref="GetOuter"/>.</param>
    public void Reserve(long bytes, long outerBytes)
    {
        for (int worker = 0; worker < _perWorker.Length; worker++)
        {
            Ensure(ref _perWorker[worker], bytes);
            Ensure(ref _outer[worker], outerBytes);
        }
    }

    /// <summary>
    /// Memory that all units of one region share (partial results that are merged after it). Asked for by the caller of
    /// the region, before it; valid until the next call.
    /// </summary>
    /// <param name="bytes">Bytes needed.</param>
    /// <returns>A 64-byte aligned pointer.</returns>
    public byte* GetShared(long bytes) => Ensure(ref _shared, bytes);

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (AlignedMemory? memory in (AlignedMemory?[])[.. _perWorker, .. _outer, _shared])
        {
            memory?.Dispose();
        }
    }

    private static byte* Ensure(ref AlignedMemory? slot, long bytes)
    {
        AlignedMemory? memory = slot;
        if (memory is null || memory.Length < bytes)
        {
            // The old block goes first: both together could exceed what the machine has.
            long grown = Math.Max(bytes, (memory?.Length ?? 0) * 3 / 2);
            memory?.Dispose();
            slot = null;
            slot = memory = new AlignedMemory(grown);
        }

        return memory.Pointer;
    }
}
