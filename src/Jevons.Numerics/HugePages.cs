using System.Runtime.InteropServices;

namespace Jevons.Numerics;

/// <summary>
/// Memory for which the system is asked to use pages of 2 MiB: one entry of the translation buffer instead of 512, and addresses that
/// fill a physically indexed cache evenly.
/// Linux alone is asked (madvise, MADV_HUGEPAGE); elsewhere nothing happens. A refusal leaves small pages.
/// </summary>
public static unsafe partial class HugePages
{
    /// <summary>Allocations from this size on are worth a huge page.</summary>
    internal const long Smallest = 512 << 10;

    private const long PageBytes = 2 << 20;
    private const int ReadWrite = 3;
    private const int PrivateAnonymous = 0x22;
    private const int AdviseHugePage = 14;

    /// <summary>
    /// Asks for huge pages where a mapped file is read into memory. What the page cache already holds in small pages stays as it is.
    /// </summary>
    /// <param name="mapping">The whole mapping, from its first page on.</param>
    public static void Prefer(MemoryRegion mapping)
    {
        if (OperatingSystem.IsLinux() && mapping.Length > 0)
        {
            _ = Advise((nint)mapping.Pointer, (nuint)mapping.Length, AdviseHugePage);
        }
    }

    /// <summary>Maps zeroed memory that begins on a huge page.</summary>
    /// <param name="bytes">At least 1.</param>
    /// <param name="mapped">Bytes of the whole pages, to unmap; 0 where nothing was mapped.</param>
    /// <returns>The first page, or null where this system has none.</returns>
    internal static byte* TryMap(long bytes, out long mapped)
    {
        mapped = 0;
        if (!OperatingSystem.IsLinux() || bytes > long.MaxValue - (2 * PageBytes))
        {
            return null;
        }

        long length = (bytes + PageBytes - 1) / PageBytes * PageBytes;
        nint start = Map(0, (nuint)(length + PageBytes), ReadWrite, PrivateAnonymous, -1, 0);
        if (start == -1)
        {
            return null;
        }

        // Pages before and behind those that lie on a boundary go back.
        nint first = (nint)((start + PageBytes - 1) / PageBytes * PageBytes);
        nint end = first + (nint)length;
        if (first > start)
        {
            _ = UnmapPages(start, (nuint)(first - start));
        }

        if (start + (nint)PageBytes > first)
        {
            _ = UnmapPages(end, (nuint)(start + (nint)PageBytes - first));
        }

        _ = Advise(first, (nuint)length, AdviseHugePage);
        mapped = length;
        return (byte*)first;
    }

    /// <summary>Gives pages back.</summary>
    /// <param name="pages">What TryMap returned.</param>
    /// <param name="mapped">What it mapped.</param>
    /// <returns>False where the system refused.</returns>
    internal static bool Unmap(byte* pages, long mapped) => UnmapPages((nint)pages, (nuint)mapped) == 0;

    [LibraryImport("libc", EntryPoint = "mmap")]
    private static partial nint Map(nint address, nuint length, int protection, int flags, int file, nint offset);

    [LibraryImport("libc", EntryPoint = "munmap")]
    private static partial int UnmapPages(nint address, nuint length);

    [LibraryImport("libc", EntryPoint = "madvise")]
    private static partial int Advise(nint address, nuint length, int advice);
}
