using Jevons.Numerics;

namespace Jevons.Kernels;

/// <summary>A vector of f32 weights (norm gains, biases), owned, 64-byte aligned. Immutable after loading, thread-safe.</summary>
public sealed unsafe class WeightVector
{
    private readonly AlignedMemory _memory;

    /// <summary>Copies the values.</summary>
    /// <param name="values">At least one element.</param>
    public WeightVector(ReadOnlySpan<float> values)
    {
        ArgumentOutOfRangeException.ThrowIfZero(values.Length);
        _memory = new AlignedMemory(4L * values.Length);
        Length = values.Length;
        values.CopyTo(_memory.AsSpan<float>(0, values.Length));
    }

    /// <summary>Elements.</summary>
    public int Length { get; }

    /// <summary>First element. Used inside Kernels only.</summary>
    public float* Pointer => (float*)_memory.Pointer;

    /// <summary>The elements.</summary>
    public ReadOnlySpan<float> Values => _memory.AsSpan<float>(0, Length);
}
