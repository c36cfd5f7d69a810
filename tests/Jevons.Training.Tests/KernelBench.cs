using Jevons.Kernels;
using Jevons.Numerics;

namespace Jevons.Training.Tests;

/// <summary>Threads, scratch and rows for one test of kernels.</summary>
internal sealed class KernelBench : IDisposable
{
    private readonly WorkerPool _pool;
    private readonly List<TensorBuffer> _buffers = [];

    public KernelBench(int workers = 2, CpuFeatures? features = null)
    {
        _pool = new WorkerPool(workers);
        Context = new KernelContext(_pool, features ?? CpuFeatures.Detect());
    }

    public KernelContext Context { get; }

    public Tensor Rows(int rows, int cols, ReadOnlySpan<float> values)
    {
        TensorBuffer buffer = new();
        _buffers.Add(buffer);
        Tensor tensor = buffer.Resize(rows, cols);
        for (int r = 0; r < rows; r++)
        {
            values.Slice(r * cols, cols).CopyTo(tensor.Row(r));
        }

        return tensor;
    }

    public static float[] Values(Tensor rows) => [.. Enumerable.Range(0, rows.Rows).SelectMany(r => rows.Row(r).ToArray())];

    public void Dispose()
    {
        _buffers.ForEach(b => b.Dispose());
        Context.Dispose();
        _pool.Dispose();
    }
}
