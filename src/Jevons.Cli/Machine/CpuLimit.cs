using System.Globalization;

namespace Jevons.Cli;

/// <summary>The processor time that a container allows.</summary>
internal static class CpuLimit
{
    /// <summary>Processors' worth of time a second, or null where there is no limit.</summary>
    public static double? Read()
    {
        // Version 2: "200000 100000" or "max 100000"; version 1: two files, -1 for no limit.
        string[] parts = Words("/sys/fs/cgroup/cpu.max");
        if (parts.Length < 2)
        {
            parts = [.. Words("/sys/fs/cgroup/cpu/cpu.cfs_quota_us"), .. Words("/sys/fs/cgroup/cpu/cpu.cfs_period_us")];
        }

        return parts.Length == 2 && Number(parts[0]) is { } quota && Number(parts[1]) is > 0 and { } period ? quota / period : null;
    }

    private static double? Number(string text) =>
        double.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out double number) ? number : null;

    private static string[] Words(string file)
    {
        try
        {
            return File.Exists(file) ? File.ReadAllText(file).Split([' ', '\n'], StringSplitOptions.RemoveEmptyEntries) : [];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }
}
