using System.Runtime.InteropServices;

namespace Jevons.Benchmarks;

/// <summary>What a measurement needs of the system: a thread bound to a processor, memory that can be executed.</summary>
internal static unsafe partial class NativeMethods
{
    /// <summary>PROT_READ.</summary>
    public const int Read = 1;

    /// <summary>PROT_WRITE.</summary>
    public const int Write = 2;

    /// <summary>PROT_EXEC.</summary>
    public const int Execute = 4;

    /// <summary>MAP_PRIVATE and MAP_ANONYMOUS of Linux.</summary>
    public const int PrivateAnonymous = 0x22;

    /// <summary>MADV_HUGEPAGE of Linux.</summary>
    public const int HugePages = 14;

    [LibraryImport("libc", EntryPoint = "sched_setaffinity", SetLastError = true)]
    public static partial int SetAffinity(int thread, nuint bytes, ulong* mask);

    [LibraryImport("libc", EntryPoint = "mmap", SetLastError = true)]
    public static partial byte* Map(void* address, nuint length, int protection, int flags, int file, nint offset);

    [LibraryImport("libc", EntryPoint = "mprotect", SetLastError = true)]
    public static partial int Protect(void* address, nuint length, int protection);

    [LibraryImport("libc", EntryPoint = "munmap", SetLastError = true)]
    public static partial int Unmap(void* address, nuint length);

    [LibraryImport("libc", EntryPoint = "madvise", SetLastError = true)]
    public static partial int Advise(void* address, nuint length, int advice);
}
