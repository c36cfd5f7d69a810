using System.Globalization;

namespace Jevons.Hub;

/// <summary>Writes byte counts for people, in the decimal units that the hub and disks use.</summary>
public static class ByteText
{
    private static readonly string[] s_units = ["B", "kB", "MB", "GB", "TB", "PB"];

    /// <summary>A count with three significant digits: <c>999 B</c>, <c>1.12 GB</c>, <c>42.5 GB</c>, <c>405 GB</c>.</summary>
    /// <param name="bytes">A count, not negative.</param>
    /// <returns>The text.</returns>
    public static string Of(long bytes)
    {
        double value = bytes;
        int unit = 0;
        while (value >= 999.5 && unit < s_units.Length - 1)
        {
            value /= 1000;
            unit++;
        }

        string format = unit == 0 || value >= 99.95 ? "0" : value >= 9.995 ? "0.0" : "0.00";
        return $"{value.ToString(format, CultureInfo.InvariantCulture)} {s_units[unit]}";
    }
}
