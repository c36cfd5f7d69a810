using System.Globalization;

namespace Jevons.Benchmarks;

/// <summary>The most memory that a process has had (VmHWM), mapped files included.</summary>
internal static class ProcessMemory
{
    /// <summary>Of another process.</summary>
    /// <param name="id">Its number.</param>
    /// <returns>Bytes; 0 where it has ended or the system does not say.</returns>
    public static long Peak(int id) => Read(string.Create(CultureInfo.InvariantCulture, $"/proc/{id}/status"));

    /// <summary>Of this process.</summary>
    public static long Peak() => Read("/proc/self/status");

    private static long Read(string file)
    {
        try
        {
            string? line = File.Exists(file) ? File.ReadLines(file).FirstOrDefault(l => l.StartsWith("VmHWM:", StringComparison.Ordinal)) : null;
            return line is null ? 0 : long.Parse(line["VmHWM:".Length..].Replace("kB", "", StringComparison.Ordinal).Trim(), CultureInfo.InvariantCulture) * 1024;
        }
        catch (IOException)
        {
            return 0;
        }
    }
}
