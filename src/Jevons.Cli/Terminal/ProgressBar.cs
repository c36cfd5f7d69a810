using System.Globalization;
using Jevons.Hub;

namespace Jevons.Cli;

/// <summary>The text of a progress line: <c>pulling x.gguf  43% ▕███   ▏ 2.00 GB/4.68 GB  35.0 MB/s  1m12s</c>.</summary>
internal static class ProgressBar
{
    private const int LeastBar = 8;
    private const int WidestBar = 40;

    /// <summary>Makes the text; the bar takes the columns that are left, and none where they are too few.</summary>
    /// <param name="title">What is being done.</param>
    /// <param name="done">Bytes done.</param>
    /// <param name="total">Bytes in all; 0 where that is not known.</param>
    /// <param name="tail">What follows, such as a speed.</param>
    /// <param name="width">Columns.</param>
    /// <returns>The text.</returns>
    public static string Text(string title, long done, long total, string tail, int width)
    {
        double fraction = total > 0 ? Math.Clamp((double)done / total, 0, 1) : 0;
        string percent = ((int)(fraction * 100)).ToString(CultureInfo.InvariantCulture).PadLeft(3);
        string end = $"{ByteText.Of(done)}/{ByteText.Of(total)}{(tail.Length > 0 ? "  " + tail : "")}";
        int room = Math.Min(WidestBar, width - title.Length - percent.Length - end.Length - 6);
        if (room < LeastBar)
        {
            return $"{title} {percent}% {end}";
        }

        int full = (int)(fraction * room);
        return $"{title} {percent}% ▕{new string('█', full)}{new string(' ', room - full)}▏ {end}";
    }

    /// <summary>A time in short: 12s, 1m12s, 2h05m.</summary>
    /// <param name="time">A time that is not negative.</param>
    /// <returns>The text.</returns>
    public static string Duration(TimeSpan time) => time switch
    {
        { TotalSeconds: < 60 } => string.Create(CultureInfo.InvariantCulture, $"{(int)time.TotalSeconds}s"),
        { TotalMinutes: < 60 } => string.Create(CultureInfo.InvariantCulture, $"{(int)time.TotalMinutes}m{time.Seconds:00}s"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{(int)time.TotalHours}h{time.Minutes:00}m"),
    };
}
