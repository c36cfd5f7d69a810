using Jevons.Numerics;

namespace Jevons.Kernels.Tests;

/// <summary>A kernel context together with its pool.</summary>
internal sealed class OwnedContext : IDisposable
{
    private readonly WorkerPool _pool;

    public OwnedContext(CpuFeatures features, int workers)
    {
        _pool = new WorkerPool(workers);
        Context = new KernelContext(_pool, features);
    }

    public KernelContext Context { get; }

    public static implicit operator KernelContext(OwnedContext owned) => owned.Context;

    public void Dispose()
    {
        Context.Dispose();
        _pool.Dispose();
    }
}
