using System.Globalization;

namespace Jevons.Tokenization.ChatTemplates.Jinja.Values;

/// <summary>Floats as Python writes them.</summary>
internal static class FloatText
{
    /// <summary>
    /// <c>repr(value)</c>: the shortest digits that read back equal, positional for exponents -4 to 15, else scientific with at
    /// least two exponent digits, always recognisable as a float.
    /// </summary>
    public static string Repr(double value)
    {
        if (double.IsNaN(value))
        {
            return "nan";
        }

        if (double.IsInfinity(value))
        {
            return value > 0 ? "inf" : "-inf";
        }

        string sign = double.IsNegative(value) ? "-" : "";
        (string digits, int exponent) = Shortest(Math.Abs(value));
        if (exponent is < -4 or >= 16)
        {
            string mantissa = digits.Length == 1 ? digits : $"{digits[0]}.{digits[1..]}";
            return $"{sign}{mantissa}e{(exponent < 0 ? '-' : '+')}{Math.Abs(exponent).ToString("00", CultureInfo.InvariantCulture)}";
        }

        if (exponent < 0)
        {
            return $"{sign}0.{new string('0', -exponent - 1)}{digits}";
        }

        return digits.Length <= exponent + 1
            ? $"{sign}{digits}{new string('0', exponent + 1 - digits.Length)}.0"
            : $"{sign}{digits[..(exponent + 1)]}.{digits[(exponent + 1)..]}";
    }

    /// <summary>Shortest round-trip digits without trailing zeros and the decimal exponent of the first.</summary>
    private static (string Digits, int Exponent) Shortest(double value)
    {
        if (value == 0)
        {
            return ("0", 0);
        }

        // The runtime's round-trip format is the shortest one; only its layout differs from Python's.
        string text = value.ToString("R", CultureInfo.InvariantCulture);
        int exponent = 0;
        int e = text.IndexOf('E', StringComparison.Ordinal);
        if (e >= 0)
        {
            exponent = int.Parse(text.AsSpan(e + 1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
            text = text[..e];
        }

        int dot = text.IndexOf('.', StringComparison.Ordinal);
        int integerDigits = dot < 0 ? text.Length : dot;
        string all = dot < 0 ? text : text.Remove(dot, 1);
        int zeros = all.Length - all.TrimStart('0').Length;
        return (all.Trim('0'), exponent + integerDigits - 1 - zeros);
    }
}
