using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Jevons.Numerics;

/// <summary>
/// A zeroed native allocation, aligned to 64 bytes (one cache line, one 512-bit vector), for activations, caches and
/// tiles. It may exceed 2 GB; the system commits large allocations page by page as they are first touched, in huge pages
/// where it can (<see cref="HugePages"/>). Not thread-safe to dispose while others read.
/// </summary>
public sealed unsafe class AlignedMemory : SafeHandleZeroOrMinusOneIsInvalid
{
    /// <summary>Alignment of the first byte.</summary>
    public const int Alignment = 64;

    // Bytes of whole huge pages, or 0 where the memory came from the heap.
    private readonly long _mapped;

    /// <summary>Allocates and zeroes <paramref name="bytes"/> bytes.</summary>
    /// <param name="bytes">At least 0; 0 gives one alignment unit.</param>
    /// <exception cref="OutOfMemoryException">The system refuses.</exception>
    public AlignedMemory(long bytes)
        : base(ownsHandle: true)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(bytes);
        byte* pages = bytes >= HugePages.Smallest ? HugePages.TryMap(bytes, out _mapped) : null;
        if (pages is not null)
        {
            Pointer = pages;
            SetHandle((nint)pages);
        }
        else
        {
            nuint size = (nuint)checked((bytes + Alignment - 1) / Alignment * Alignment) + (2 * Alignment);
            byte* allocation = (byte*)NativeMemory.AllocZeroed(size);
            Pointer = (byte*)(((nuint)allocation + Alignment - 1) & ~(nuint)(Alignment - 1));
            SetHandle((nint)allocation);
        }

        Length = bytes;
    }

    /// <summary>First byte, 64-byte aligned.</summary>
    public byte* Pointer { get; }

    /// <summary>Bytes asked for.</summary>
    public long Length { get; }

    /// <summary>The allocation as a borrowed region.</summary>
    public MemoryRegion Region => new(Pointer, Length, this);

    /// <summary>The first <paramref name="count"/> elements from a byte offset.</summary>
    /// <typeparam name="T">Element type.</typeparam>
    /// <param name="byteOffset">First byte.</param>
    /// <param name="count">Elements.</param>
    /// <returns>A writable span.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The elements lie outside.</exception>
    public Span<T> AsSpan<T>(long byteOffset, int count)
        where T : unmanaged
    {
        if (byteOffset < 0 || count < 0 || byteOffset > Length - ((long)count * sizeof(T)))
        {
            throw new ArgumentOutOfRangeException(
                nameof(byteOffset), $"{count} elements of {sizeof(T)} bytes at {byteOffset} of {Length} bytes");
        }

        return new Span<T>(Pointer + byteOffset, count);
    }

    /// <inheritdoc/>
    protected override bool ReleaseHandle()
    {
        if (_mapped > 0)
        {
            return HugePages.Unmap((byte*)handle, _mapped);
        }

        NativeMemory.Free((void*)handle);
        return true;
    }
}
