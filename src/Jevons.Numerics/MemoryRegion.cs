using System.Runtime.CompilerServices;

namespace Jevons.Numerics;

/// <summary>
/// A read-only run of native bytes that may be longer than 2 GB: a mapped file or an aligned allocation. The region borrows;
/// the owner, kept reachable through it, frees the memory when it is disposed, and nobody may read after that.
/// </summary>
public readonly unsafe struct MemoryRegion
{
    private readonly object? _owner;

    /// <summary>Describes <paramref name="length"/> bytes at <paramref name="pointer"/>.</summary>
    /// <param name="pointer">First byte; valid for as long as the owner is not disposed.</param>
    /// <param name="length">Bytes.</param>
    /// <param name="owner">Kept alive for as long as the region is reachable.</param>
    public MemoryRegion(byte* pointer, long length, object? owner)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        Pointer = pointer;
        Length = length;
        _owner = owner;
    }

    /// <summary>First byte. Only Numerics, Kernels and the mapped view of Formats use it.</summary>
    public byte* Pointer { get; }

    /// <summary>Bytes.</summary>
    public long Length { get; }

    /// <summary>What keeps the memory alive.</summary>
    public object? Owner => _owner;

    /// <summary>A part of this region.</summary>
    /// <param name="offset">First byte of the part.</param>
    /// <param name="length">Bytes of the part.</param>
    /// <returns>The part.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The part lies outside.</exception>
    public MemoryRegion Slice(long offset, long length)
    {
        if (offset < 0 || length < 0 || offset > Length - length)
        {
            throw new ArgumentOutOfRangeException(nameof(offset), $"bytes {offset} to {offset} + {length} of a region of {Length} bytes");
        }

        return new MemoryRegion(Pointer + offset, length, _owner);
    }

    /// <summary>Part of the region as elements of <typeparamref name="T"/>.</summary>
    /// <typeparam name="T">Element type.</typeparam>
    /// <param name="byteOffset">First byte.</param>
    /// <param name="count">Elements.</param>
    /// <returns>A span; the caller keeps the region's owner alive while it reads.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The elements lie outside.</exception>
    public ReadOnlySpan<T> AsSpan<T>(long byteOffset, int count)
        where T : unmanaged
    {
        if (byteOffset < 0 || count < 0 || byteOffset > Length - ((long)count * sizeof(T)))
        {
            throw new ArgumentOutOfRangeException(
                nameof(byteOffset), $"{count} elements of {sizeof(T)} bytes at {byteOffset} of a region of {Length} bytes");
        }

        return new ReadOnlySpan<T>(Pointer + byteOffset, count);
    }

    /// <summary>The whole region as bytes.</summary>
    /// <returns>A span.</returns>
    /// <exception cref="OverflowException">The region is longer than 2^31 - 1 bytes.</exception>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ReadOnlySpan<byte> AsSpan() => new(Pointer, checked((int)Length));
}
