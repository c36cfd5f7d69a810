using System.Globalization;

namespace Jevons.Cli;

/// <summary>
/// The memory that this process may use: the machine's, or what its container allows. On Linux from /proc and the control group
/// (version 2, then 1); elsewhere what the runtime reports. All sizes in bytes.
/// </summary>
/// <param name="Total">Memory of the machine, or the container's limit where that is less.</param>
/// <param name="Available">What can be used now without swapping: free memory and file cache that can be dropped.</param>
/// <param name="Limit">The container's limit, or null.</param>
internal sealed record MachineMemory(long Total, long Available, long? Limit)
{
    // Control groups write a number near 2^63 for "no limit".
    private const long NoLimit = 1L << 60;

    /// <summary>Asks the system.</summary>
    public static MachineMemory Read()
    {
        GCMemoryInfo runtime = GC.GetGCMemoryInfo();
        long total = FieldOf("/proc/meminfo", "MemTotal:") ?? runtime.TotalAvailableMemoryBytes;
        long available = FieldOf("/proc/meminfo", "MemAvailable:") ?? Math.Max(0, runtime.TotalAvailableMemoryBytes - runtime.MemoryLoadBytes);
        long? limit = NumberOf("/sys/fs/cgroup/memory.max") ?? NumberOf("/sys/fs/cgroup/memory/memory.limit_in_bytes");
        if (limit is not long most || most >= total)
        {
            return new MachineMemory(total, Math.Min(available, total), limit < total ? limit : null);
        }

        // Pages of mapped files count as used there although they can be dropped.
        long used = NumberOf("/sys/fs/cgroup/memory.current") ?? NumberOf("/sys/fs/cgroup/memory/memory.usage_in_bytes") ?? 0;
        long cache = (StatOf("inactive_file") ?? 0) + (StatOf("active_file") ?? 0);
        return new MachineMemory(most, Math.Clamp(most - used + cache, 0, Math.Min(most, available)), most);
    }

    /// <summary>The most memory that this process has had so far (VmHWM), mapped weights included; null where it is unknown.</summary>
    public static long? PeakOfProcess()
    {
        if (FieldOf("/proc/self/status", "VmHWM:") is long peak)
        {
            return peak;
        }

        using System.Diagnostics.Process self = System.Diagnostics.Process.GetCurrentProcess();
        return self.PeakWorkingSet64 > 0 ? self.PeakWorkingSet64 : null;
    }

    private static long? StatOf(string name) => Lines("/sys/fs/cgroup/memory.stat")
        .Where(l => l.StartsWith(name + " ", StringComparison.Ordinal)).Select(l => Parse(l[(name.Length + 1)..])).FirstOrDefault();

    // "MemTotal:       16384000 kB"
    private static long? FieldOf(string file, string name) => Lines(file)
        .Where(l => l.StartsWith(name, StringComparison.Ordinal))
        .Select(l => Parse(l[name.Length..].Replace("kB", "", StringComparison.Ordinal)) * 1024).FirstOrDefault();

    private static long? NumberOf(string file) => Lines(file).Select(Parse).FirstOrDefault() is long number and < NoLimit ? number : null;

    private static long? Parse(string text) =>
        long.TryParse(text.Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out long number) ? number : null;

    private static IEnumerable<string> Lines(string file)
    {
        try
        {
            return File.Exists(file) ? File.ReadAllLines(file) : [];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }
}
