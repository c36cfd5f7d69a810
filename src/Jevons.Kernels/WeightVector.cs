using System.Runtime.CompilerServices;

namespace Jevons.Kernels;

/// <summary>A vector of f32 weights (norm gains, biases), owned, 64-byte aligned. Immutable after loading, thread-safe.</summary>
public sealed unsafe class WeightVector
{
    private const int AlignmentFloats = 16;
    private readonly float[] _pinned;
    private readonly int _first;

    /// <summary>Copies the values.</summary>
    /// <param name="values">At least one element.</param>
    public WeightVector(ReadOnlySpan<float> values)
    {
        ArgumentOutOfRangeException.ThrowIfZero(values.Length);
        Length = values.Length;
        _pinned = GC.AllocateArray<float>(values.Length + AlignmentFloats, pinned: true);
        nuint address = (nuint)Unsafe.AsPointer(ref _pinned[0]);
        _first = (int)((0 - address) & ((AlignmentFloats * sizeof(float)) - 1)) / sizeof(float);
        values.CopyTo(_pinned.AsSpan(_first));
    }

    /// <summary>Elements.</summary>
    public int Length { get; }

    /// <summary>First element; stable because the array is pinned. Used inside Kernels only.</summary>
    public float* Pointer => (float*)Unsafe.AsPointer(ref _pinned[_first]);

    /// <summary>The elements.</summary>
    public ReadOnlySpan<float> Values => _pinned.AsSpan(_first, Length);
}
