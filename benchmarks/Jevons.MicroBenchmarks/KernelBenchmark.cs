using BenchmarkDotNet.Attributes;
using Jevons.Kernels;
using Jevons.Numerics;

namespace Jevons.MicroBenchmarks;

/// <summary>A kernel on one thread, so that a figure is a core's.</summary>
public abstract class KernelBenchmark
{
    // Any float will do that is neither zero nor subnormal.
    private const float Filling = 0.37f;

    private readonly List<IDisposable> _owned = [];

    /// <summary>Threads, scratch and instruction set of the path.</summary>
    protected KernelContext Context { get; private set; } = null!;

    /// <summary>Frees what the benchmark holds.</summary>
    [GlobalCleanup]
    public void Free()
    {
        _owned.Reverse();
        _owned.ForEach(o => o.Dispose());
        _owned.Clear();
    }

    /// <summary>Makes the context.</summary>
    /// <param name="path">Which kernels run.</param>
    protected void Open(KernelPath path)
    {
        WorkerPool pool = Own(new WorkerPool(1));
        Context = Own(new KernelContext(pool, KernelPaths.Features(path)));
    }

    /// <summary>Keeps something until the benchmark is over.</summary>
    /// <typeparam name="T">Its type.</typeparam>
    /// <param name="value">What to keep.</param>
    protected T Own<T>(T value)
        where T : IDisposable
    {
        _owned.Add(value);
        return value;
    }

    /// <summary>Rows of ordinary numbers.</summary>
    /// <param name="rows">Rows.</param>
    /// <param name="cols">Columns.</param>
    protected Tensor Rows(int rows, int cols)
    {
        Tensor tensor = Own(new TensorBuffer()).Resize(rows, cols);
        for (int r = 0; r < rows; r++)
        {
            tensor.Row(r).Fill(Filling / (r + 1));
        }

        return tensor;
    }
}
