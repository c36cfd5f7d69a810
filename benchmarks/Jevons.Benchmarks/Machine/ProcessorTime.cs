using System.Globalization;

namespace Jevons.Benchmarks;

/// <summary>Processor time of the whole machine and of this process with the children that it waited for, in ticks of the system.</summary>
/// <param name="All">Time that any processor was busy, or taken away by the host.</param>
/// <param name="Own">Time of this process and its children.</param>
/// <param name="Total">Time that passed on all processors.</param>
internal readonly record struct ProcessorTime(long All, long Own, long Total)
{
    /// <summary>Reads the clocks; zeros where the system has none.</summary>
    public static ProcessorTime Read()
    {
        if (!OperatingSystem.IsLinux())
        {
            return default;
        }

        // cpu user nice system idle iowait irq softirq steal ...
        long[] machine = Numbers(File.ReadLines("/proc/stat").First()["cpu".Length..]);
        string status = File.ReadAllText("/proc/self/stat");

        // Fields 14 to 17 of the whole line, utime stime cutime cstime; the name in brackets may hold spaces, and later fields
        // pass 2^63.
        string fields = status[(status.LastIndexOf(')') + 4)..];
        long[] own = Numbers(string.Join(' ', fields.Split(' ').Take(14)));
        long idle = machine[3] + machine[4];
        long total = machine.Take(8).Sum();
        return new ProcessorTime(total - idle, own[10..14].Sum(), total);
    }

    /// <summary>Share of the machine that others had between two readings.</summary>
    /// <param name="before">The earlier one.</param>
    /// <param name="after">The later one.</param>
    public static double Others(ProcessorTime before, ProcessorTime after)
    {
        long total = after.Total - before.Total;
        return total <= 0 ? 0 : Math.Max(0, after.All - before.All - (after.Own - before.Own)) / (double)total;
    }

    private static long[] Numbers(string text) =>
        [.. text.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(t => long.Parse(t, CultureInfo.InvariantCulture))];
}
