using System.Runtime.InteropServices;
using Jevons.Numerics;
using Microsoft.Win32.SafeHandles;

namespace Jevons.Kernels.Tests.MatMul;

/// <summary>
/// Bytes that end at the last byte of a page, or begin at the first, with inaccessible pages on both sides: a read or write
/// outside ends the process. Where the system has no mmap it is an ordinary allocation.
/// </summary>
internal sealed unsafe partial class GuardedMemory : SafeHandleZeroOrMinusOneIsInvalid
{
    private const int ReadWrite = 3;
    private const int PrivateAnonymous = 0x22;
    private readonly long _mapped;

    public GuardedMemory(long bytes, bool atEnd)
        : base(ownsHandle: true)
    {
        long page = Environment.SystemPageSize;
        long inner = Math.Max(1, (bytes + page - 1) / page) * page;
        IsGuarded = OperatingSystem.IsLinux();
        if (!IsGuarded)
        {
            SetHandle((nint)NativeMemory.AllocZeroed((nuint)bytes));
            Pointer = (byte*)handle;
            Length = bytes;
            return;
        }

        _mapped = inner + (2 * page);
        nint address = Map(0, (nuint)_mapped, 0, PrivateAnonymous, -1, 0);
        if (address == -1 || Protect((nint)(address + page), (nuint)inner, ReadWrite) != 0)
        {
            throw new InvalidOperationException("mmap of guarded pages failed");
        }

        SetHandle(address);
        Pointer = (byte*)address + page + (atEnd ? inner - bytes : 0);
        Length = bytes;
    }

    public bool IsGuarded { get; }

    public byte* Pointer { get; }

    public long Length { get; }

    public MemoryRegion Region => new(Pointer, Length, this);

    public Span<byte> Bytes => new(Pointer, (int)Length);

    protected override bool ReleaseHandle()
    {
        if (IsGuarded)
        {
            return Unmap(handle, (nuint)_mapped) == 0;
        }

        NativeMemory.Free((void*)handle);
        return true;
    }

    [LibraryImport("libc", EntryPoint = "mmap")]
    private static partial nint Map(nint address, nuint length, int protection, int flags, int file, nint offset);

    [LibraryImport("libc", EntryPoint = "mprotect")]
    private static partial int Protect(nint address, nuint length, int protection);

    [LibraryImport("libc", EntryPoint = "munmap")]
    private static partial int Unmap(nint address, nuint length);
}
