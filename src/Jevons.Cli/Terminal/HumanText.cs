using System.Globalization;

namespace Jevons.Cli;

/// <summary>Times and sizes as people read them.</summary>
internal static class HumanText
{
    private static readonly CultureInfo s_culture = CultureInfo.InvariantCulture;

    /// <summary>A duration to about two digits: 250 ms, 4.2 s, 3m12s, 2h05m.</summary>
    public static string Duration(TimeSpan time) => time.TotalSeconds switch
    {
        < 0 => "0 s",
        < 1 => string.Create(s_culture, $"{time.TotalMilliseconds:F0} ms"),
        < 59.95 => string.Create(s_culture, $"{time.TotalSeconds:F1} s"),
        < 3600 => string.Create(s_culture, $"{(int)time.TotalMinutes}m{time.Seconds:00}s"),
        _ => string.Create(s_culture, $"{(long)time.TotalHours}h{time.Minutes:00}m"),
    };

    /// <summary>A size in decimal units, as disks and downloads are sold: 98.4 MB, 4.7 GB.</summary>
    public static string Bytes(long bytes) => bytes switch
    {
        < 1_000 => string.Create(s_culture, $"{bytes} B"),
        < 1_000_000 => string.Create(s_culture, $"{bytes / 1e3:F1} kB"),
        < 1_000_000_000 => string.Create(s_culture, $"{bytes / 1e6:F1} MB"),
        < 1_000_000_000_000 => string.Create(s_culture, $"{bytes / 1e9:F1} GB"),
        _ => string.Create(s_culture, $"{bytes / 1e12:F1} TB"),
    };
}
