using System.Globalization;

namespace Jevons.Cli;

/// <summary>Times as people read them.</summary>
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
}
