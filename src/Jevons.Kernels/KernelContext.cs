using Jevons.Numerics;

namespace Jevons.Kernels;

/// <summary>
/// What a kernel needs besides its operands: the threads, the scratch of each, the instruction set. One per engine or
/// trainer; used by one caller at a time.
/// </summary>
/// <param name="pool">The threads.</param>
/// <param name="features">The instruction set that kernels may use.</param>
public sealed class KernelContext(WorkerPool pool, CpuFeatures features) : IDisposable
{
    /// <summary>The threads.</summary>
    public WorkerPool Pool { get; } = pool;

    /// <summary>The instruction set that kernels may use.</summary>
    public CpuFeatures Features { get; } = features;

    /// <summary>Private memory of each worker.</summary>
    public Scratch Scratch { get; } = new(pool.Workers);

    /// <summary>Frees the scratch; the pool belongs to the caller.</summary>
    public void Dispose() => Scratch.Dispose();
}
