using Jevons.Numerics;

namespace Jevons.Kernels;

/// <summary>
/// Private memory of each worker, for tiles and partial results inside one unit of work. It grows when a larger size is
/// asked for (before the first batch of a new size), so a warmed-up decode step allocates nothing.
/// </summary>
public sealed unsafe class Scratch : IDisposable
{
    private readonly AlignedMemory?[] _perWorker;

    /// <summary>Makes empty scratch for a pool.</summary>
    /// <param name="workers">Workers of the pool.</param>
    public Scratch(int workers) => _perWorker = new AlignedMemory?[workers];

    /// <summary>Memory of one worker; its content is undefined. Valid until the same worker asks again.</summary>
    /// <param name="worker">Worker index as the pool hands it to a unit.</param>
    /// <param name="bytes">Bytes needed.</param>
    /// <returns>A 64-byte aligned pointer.</returns>
    public byte* Get(int worker, long bytes)
    {
        AlignedMemory? memory = _perWorker[worker];
        if (memory is null || memory.Length < bytes)
        {
            memory?.Dispose();
            memory = _perWorker[worker] = new AlignedMemory(Math.Max(bytes, (memory?.Length ?? 0) * 3 / 2));
        }

        return memory.Pointer;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (AlignedMemory? memory in _perWorker)
        {
            memory?.Dispose();
        }
    }
}
