using System.Runtime.InteropServices;

namespace Jevons.Kernels.Generated;

/// <summary>
/// Pages that hold generated code: written first, then made executable and read-only, never both at once. Pages live as long
/// as the process: code is generated once per kernel.
/// </summary>
internal static unsafe partial class ExecutableMemory
{
    private const int ReadWrite = 3;
    private const int ReadExecute = 5;
    private const int PrivateAnonymous = 0x22;
    private const uint CommitReserve = 0x3000;
    private const uint PageReadWrite = 0x04;
    private const uint PageExecuteRead = 0x20;

    /// <summary>Places code.</summary>
    /// <param name="code">Machine code without relocations.</param>
    /// <returns>Its first instruction, or null where this system does not let a process execute what it wrote.</returns>
    public static void* TryPlace(ReadOnlySpan<byte> code)
    {
        nuint bytes = ((nuint)code.Length + (nuint)Environment.SystemPageSize - 1) / (nuint)Environment.SystemPageSize * (nuint)Environment.SystemPageSize;
        if (OperatingSystem.IsLinux())
        {
            nint pages = Map(0, bytes, ReadWrite, PrivateAnonymous, -1, 0);
            if (pages == -1)
            {
                return null;
            }

            code.CopyTo(new Span<byte>((void*)pages, code.Length));
            if (Protect(pages, bytes, ReadExecute) == 0)
            {
                return (void*)pages;
            }

            _ = Unmap(pages, bytes);
            return null;
        }

        if (OperatingSystem.IsWindows())
        {
            nint pages = VirtualAlloc(0, bytes, CommitReserve, PageReadWrite);
            if (pages == 0)
            {
                return null;
            }

            code.CopyTo(new Span<byte>((void*)pages, code.Length));
            return VirtualProtect(pages, bytes, PageExecuteRead, out _) != 0 ? (void*)pages : null;
        }

        return null;
    }

    [LibraryImport("libc", EntryPoint = "mmap")]
    private static partial nint Map(nint address, nuint length, int protection, int flags, int file, nint offset);

    [LibraryImport("libc", EntryPoint = "mprotect")]
    private static partial int Protect(nint address, nuint length, int protection);

    [LibraryImport("libc", EntryPoint = "munmap")]
    private static partial int Unmap(nint address, nuint length);

    [LibraryImport("kernel32")]
    private static partial nint VirtualAlloc(nint address, nuint size, uint type, uint protection);

    [LibraryImport("kernel32")]
    private static partial int VirtualProtect(nint address, nuint size, uint protection, out uint old);
}
