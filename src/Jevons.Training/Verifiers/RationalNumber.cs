using System.Globalization;
using System.Numerics;

namespace Jevons.Training;

/// <summary>
/// Numbers as answers write them, compared exactly: 12, -3, 1,234, 0.25, 25%, 3/4, \frac{3}{4}, with $, \boxed{} or white space
/// around them. A full verifier of mathematical answers (sets, intervals, roots) is something else.
/// </summary>
/// <param name="Numerator">Numerator in lowest terms.</param>
/// <param name="Denominator">Denominator, above 0.</param>
public readonly record struct RationalNumber(BigInteger Numerator, BigInteger Denominator)
{
    // Longer texts are no numbers that an answer holds, and big integers of any length cost time.
    private const int LongestText = 256;

    /// <summary>Reads a number.</summary>
    /// <param name="text">The text.</param>
    /// <returns>The number, or null where the text is none.</returns>
    public static RationalNumber? Parse(string text)
    {
        string s = text.Trim();
        if (AnswerText.LastBoxed(s) is { } boxed && s.StartsWith("\\boxed{", StringComparison.Ordinal))
        {
            s = boxed;
        }

        s = s.Trim('$', ' ', '.').Replace("\\!", string.Empty, StringComparison.Ordinal).Replace("\\,", string.Empty, StringComparison.Ordinal)
            .Replace("\\(", string.Empty, StringComparison.Ordinal).Replace("\\)", string.Empty, StringComparison.Ordinal)
            .Replace("\u2212", "-", StringComparison.Ordinal).Replace(" ", string.Empty, StringComparison.Ordinal);
        if (s.Length is 0 or > LongestText)
        {
            return null;
        }

        bool negative = s[0] == '-';
        s = negative || s[0] == '+' ? s[1..] : s;
        bool percent = s.EndsWith('%');
        s = percent ? s[..^1].TrimEnd('\\') : s;
        (BigInteger Over, BigInteger Under)? parts = Fraction(s);
        if (parts is not { } value || value.Under.IsZero)
        {
            return null;
        }

        BigInteger over = negative ? -value.Over : value.Over;
        BigInteger under = percent ? value.Under * 100 : value.Under;
        if (under.Sign < 0)
        {
            (over, under) = (-over, -under);
        }

        BigInteger divisor = BigInteger.GreatestCommonDivisor(over, under);
        return new RationalNumber(over / divisor, under / divisor);
    }

    private static (BigInteger Over, BigInteger Under)? Fraction(string s)
    {
        foreach (string command in (string[])["\\frac{", "\\dfrac{", "\\tfrac{"])
        {
            if (s.StartsWith(command, StringComparison.Ordinal) && s.EndsWith('}'))
            {
                string[] parts = s[command.Length..^1].Split("}{");
                return parts.Length == 2 ? Quotient(parts[0], parts[1]) : null;
            }
        }

        int slash = s.IndexOf('/', StringComparison.Ordinal);
        return slash < 0 ? Decimal(s) : Quotient(s[..slash], s[(slash + 1)..]);
    }

    private static (BigInteger Over, BigInteger Under)? Quotient(string over, string under)
    {
        bool negative = over.StartsWith('-');
        return Decimal(negative ? over[1..] : over) is { } a && Decimal(under) is { } b
            ? ((negative ? -a.Over : a.Over) * b.Under, a.Under * b.Over)
            : null;
    }

    private static (BigInteger Over, BigInteger Under)? Decimal(string s)
    {
        int point = s.IndexOf('.', StringComparison.Ordinal);
        string whole = point < 0 ? s : s[..point];
        string fraction = point < 0 ? string.Empty : s[(point + 1)..];
        string[] groups = whole.Split(',');
        if (groups.Length > 1 && (groups[0].Length is 0 or > 3 || groups.Skip(1).Any(g => g.Length != 3)))
        {
            return null;
        }

        string digits = string.Concat(groups) + fraction;
        return digits.Length > 0 && digits.All(char.IsAsciiDigit)
            ? (BigInteger.Parse(digits, CultureInfo.InvariantCulture), BigInteger.Pow(10, fraction.Length))
            : null;
    }
}
