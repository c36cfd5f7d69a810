using System.Globalization;
using System.Numerics;

namespace Jevons.Tokenization.ChatTemplates.Jinja.Values;

/// <summary>
/// Non-negative finite floats with a given number of digits, as C's printf writes them: the exact binary value is rounded,
/// ties to even.
/// </summary>
internal static class FloatDigits
{
    /// <summary><c>%.{precision}f</c>.</summary>
    public static string Fixed(double value, int precision)
    {
        string digits = Scale(value, precision).ToString(CultureInfo.InvariantCulture).PadLeft(precision + 1, '0');
        return precision == 0 ? digits : $"{digits[..^precision]}.{digits[^precision..]}";
    }

    /// <summary><c>%.{precision}e</c>: at least two exponent digits.</summary>
    public static string Scientific(double value, int precision)
    {
        (string digits, int exponent) = Significant(value, precision + 1);
        string mantissa = precision == 0 ? digits : $"{digits[0]}.{digits[1..]}";
        return $"{mantissa}e{(exponent < 0 ? '-' : '+')}{Math.Abs(exponent).ToString("00", CultureInfo.InvariantCulture)}";
    }

    /// <summary><c>%.{precision}g</c>: significant digits without trailing zeros, positional where the exponent allows.</summary>
    /// <param name="value">The number, not negative.</param>
    /// <param name="precision">Significant digits; 0 counts as 1.</param>
    /// <param name="keepPoint">True to keep the result recognisable as a float, as Python does where no type is given.</param>
    public static string General(double value, int precision, bool keepPoint)
    {
        precision = Math.Max(precision, 1);
        int exponent = Significant(value, precision).Exponent;
        if (exponent < -4 || exponent >= (keepPoint ? precision - 1 : precision))
        {
            string scientific = Scientific(value, precision - 1);
            int e = scientific.IndexOf('e', StringComparison.Ordinal);
            return TrimZeros(scientific[..e]) + scientific[e..];
        }

        string text = TrimZeros(Fixed(value, precision - 1 - exponent));
        return keepPoint && !text.Contains('.', StringComparison.Ordinal) ? text + ".0" : text;
    }

    private static (string Digits, int Exponent) Significant(double value, int count)
    {
        if (value == 0)
        {
            return (new string('0', count), 0);
        }

        // Rounding can carry into one more digit; the exponent is then one higher.
        int exponent = (int)Math.Floor(Math.Log10(value));
        for (int candidate = exponent - 1; ; candidate++)
        {
            string digits = Scale(value, count - 1 - candidate).ToString(CultureInfo.InvariantCulture);
            if (digits.Length <= count)
            {
                return (digits, candidate);
            }
        }
    }

    /// <summary>The integer nearest to <c>value x 10^decimals</c>.</summary>
    private static BigInteger Scale(double value, int decimals)
    {
        long bits = BitConverter.DoubleToInt64Bits(value);
        int biased = (int)((bits >> 52) & 0x7FF);
        BigInteger numerator = (bits & 0xF_FFFF_FFFF_FFFF) | (biased == 0 ? 0 : 1L << 52);
        BigInteger denominator = BigInteger.One;
        int power = Math.Max(biased, 1) - 1075;
        (numerator, denominator) = power >= 0 ? (numerator << power, denominator) : (numerator, denominator << -power);
        BigInteger ten = BigInteger.Pow(10, Math.Abs(decimals));
        (numerator, denominator) = decimals >= 0 ? (numerator * ten, denominator) : (numerator, denominator * ten);
        BigInteger quotient = BigInteger.DivRem(numerator, denominator, out BigInteger remainder);
        int tie = (remainder * 2).CompareTo(denominator);
        return tie > 0 || (tie == 0 && !quotient.IsEven) ? quotient + 1 : quotient;
    }

    private static string TrimZeros(string text) =>
        text.Contains('.', StringComparison.Ordinal) ? text.TrimEnd('0').TrimEnd('.') : text;
}
