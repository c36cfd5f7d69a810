using System.Runtime.CompilerServices;
using Jevons.Numerics;

namespace Jevons.Kernels;

/// <summary>A vector of f32 weights (norm gains, biases), 64-byte aligned. Thread-safe while nobody trains it.</summary>
public sealed unsafe class WeightVector
{
    private const int AlignmentFloats = 16;

    // The copied values, so that a span of them keeps them alive; null where the memory is the caller's.
    private readonly float[]? _pinned;
    private readonly int _first;
    private readonly MemoryRegion _memory;

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
        _memory = new MemoryRegion((byte*)Unsafe.AsPointer(ref _pinned[_first]), sizeof(float) * (long)Length, _pinned);
    }

    /// <summary>Reads values in place: a parameter that is being trained.</summary>
    /// <param name="memory">f32 elements, 64-byte aligned; kept reachable by the vector.</param>
    /// <param name="length">Elements, at least one.</param>
    public WeightVector(MemoryRegion memory, int length)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(length);
        ArgumentOutOfRangeException.ThrowIfLessThan(memory.Length, sizeof(float) * (long)length, nameof(memory));
        _memory = memory;
        Length = length;
    }

    /// <summary>Elements.</summary>
    public int Length { get; }

    /// <summary>First element; stable. Used inside Kernels only.</summary>
    public float* Pointer => (float*)_memory.Pointer;

    /// <summary>The elements.</summary>
    public ReadOnlySpan<float> Values => _pinned is null ? _memory.AsSpan<float>(0, Length) : _pinned.AsSpan(_first, Length);
}
