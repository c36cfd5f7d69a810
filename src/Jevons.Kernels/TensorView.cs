using Jevons.Numerics;

namespace Jevons.Kernels;

/// <summary>Views of memory that its owner keeps.</summary>
public static unsafe class TensorView
{
    /// <summary>Contiguous rows from the start of an allocation.</summary>
    /// <param name="memory">The allocation; the caller keeps it.</param>
    /// <param name="rows">Rows.</param>
    /// <param name="cols">Elements of a row.</param>
    /// <returns>The rows.</returns>
    /// <exception cref="ArgumentException">The allocation is too small.</exception>
    public static Tensor Of(AlignedMemory memory, int rows, int cols)
    {
        if (memory.Length < sizeof(float) * (long)rows * cols)
        {
            throw new ArgumentException($"{memory.Length} bytes do not hold [{rows}, {cols}] floats", nameof(memory));
        }

        return new Tensor((float*)memory.Pointer, rows, cols, cols);
    }
}
