using Jevons.Numerics;

namespace Jevons.Kernels.Tests;

/// <summary>An owned matrix of floats in native memory; the first row starts right behind a guard or ends right before one on request.</summary>
internal sealed unsafe class FloatRows : IDisposable
{
    private readonly AlignedMemory _memory;

    public FloatRows(int rows, int cols)
    {
        _memory = new AlignedMemory(4L * rows * cols);
        Tensor = new Tensor((float*)_memory.Pointer, rows, cols, cols);
    }

    public Tensor Tensor { get; }

    public Span<float> All => new(Tensor.Pointer, Tensor.Rows * Tensor.Cols);

    public static FloatRows From(int rows, int cols, ReadOnlySpan<float> values)
    {
        FloatRows result = new(rows, cols);
        values.CopyTo(result.All);
        return result;
    }

    /// <summary>Normal values times a scale.</summary>
    public static FloatRows Random(int rows, int cols, ulong seed, double scale = 1)
    {
        FloatRows result = new(rows, cols);
        Fill(result.All, seed, scale);
        return result;
    }

    public static void Fill(Span<float> values, ulong seed, double scale = 1)
    {
        SeededRandom random = new(seed);
        foreach (ref float value in values)
        {
            value = (float)(random.NextGaussian() * scale);
        }
    }

    public void Dispose() => _memory.Dispose();
}
