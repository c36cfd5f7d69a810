using System.Globalization;
using System.Numerics;

namespace Jevons.Tokenization.ChatTemplates.Jinja.Values;

/// <summary>What <c>int</c>, <c>float</c> and <c>bool</c> share: one equality, one hash and one order over all three.</summary>
internal static class Numbers
{
    /// <summary>True for int, float and bool.</summary>
    public static bool IsNumber(JinjaValue value) => value is JinjaInteger or JinjaFloat or JinjaBoolean;

    /// <summary>The integer of an int or bool.</summary>
    public static bool TryInteger(JinjaValue value, out BigInteger integer)
    {
        switch (value)
        {
            case JinjaInteger i:
                integer = i.Value;
                return true;
            case JinjaBoolean b:
                integer = b.Value ? BigInteger.One : BigInteger.Zero;
                return true;
            default:
                integer = default;
                return false;
        }
    }

    /// <summary>A number as a double; throws when an integer is too large for one.</summary>
    public static double ToDouble(JinjaValue value)
    {
        if (value is JinjaFloat f)
        {
            return f.Value;
        }

        if (!TryInteger(value, out BigInteger integer))
        {
            throw JinjaException.Operation($"must be real number, not {value.TypeName}");
        }

        double result = Nearest(integer);
        return double.IsInfinity(result) ? throw JinjaException.Operation("int too large to convert to float") : result;
    }

    /// <summary>The double nearest to an integer, ties to even; infinity beyond the largest. (A cast would truncate.)</summary>
    public static double Nearest(BigInteger integer) => integer.GetBitLength() <= 53
        ? (double)integer
        : double.Parse(integer.ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);

    /// <summary>An int or bool that fits the runtime's indexes.</summary>
    /// <param name="value">The value.</param>
    /// <param name="what">What it is for, in the error message.</param>
    public static int ToInt32(JinjaValue value, string what) => TryInteger(value, out BigInteger integer)
        ? integer >= int.MinValue && integer <= int.MaxValue
            ? (int)integer
            : throw JinjaException.Operation($"{what} is out of range")
        : throw (value is JinjaUndefined undefined
            ? undefined.Error
            : JinjaException.Operation($"{what} must be an integer, not '{value.TypeName}'"));

    /// <summary>A double that is a whole number, as an integer.</summary>
    public static BigInteger Truncate(double value) => double.IsFinite(value)
        ? new BigInteger(Math.Truncate(value))
        : throw JinjaException.Operation($"cannot convert float {FloatText.Repr(value)} to integer");

    /// <summary>Equality of two values of which the first is a number.</summary>
    public static bool AreEqual(JinjaValue left, JinjaValue right) => IsNumber(right) && Compare(left, right) == 0;

    /// <summary>
    /// The order of two numbers: negative, zero, positive, or null when one is NaN. Integers and floats are compared exactly.
    /// </summary>
    public static int? Compare(JinjaValue left, JinjaValue right)
    {
        bool leftIsInteger = TryInteger(left, out BigInteger a);
        bool rightIsInteger = TryInteger(right, out BigInteger b);
        if (leftIsInteger && rightIsInteger)
        {
            return a.CompareTo(b);
        }

        if (!leftIsInteger && !rightIsInteger)
        {
            double x = ((JinjaFloat)left).Value;
            double y = ((JinjaFloat)right).Value;
            return double.IsNaN(x) || double.IsNaN(y) ? null : x.CompareTo(y);
        }

        return leftIsInteger ? CompareMixed(a, ((JinjaFloat)right).Value) : -CompareMixed(b, ((JinjaFloat)left).Value);
    }

    /// <summary>Equal numbers of different types hash alike.</summary>
    public static int Hash(JinjaValue value)
    {
        if (value is JinjaFloat f)
        {
            return Math.Abs(f.Value) < 1e300 && Math.Floor(f.Value) == f.Value
                ? new BigInteger(f.Value).GetHashCode()
                : f.Value.GetHashCode();
        }

        _ = TryInteger(value, out BigInteger integer);
        return integer.GetHashCode();
    }

    /// <summary>Python's <c>int(text, base)</c>: surrounding blanks, a sign, single underscores between digits, a base prefix.</summary>
    public static bool TryParseInteger(string text, int numberBase, out BigInteger result)
    {
        result = default;
        ReadOnlySpan<char> digits = PythonText.Strip(text);
        bool negative = digits.Length > 0 && digits[0] == '-';
        if (digits.Length > 0 && digits[0] is '-' or '+')
        {
            digits = digits[1..];
        }

        int prefixed = digits.Length > 2 && digits[0] == '0'
            ? char.ToLowerInvariant(digits[1]) switch { 'x' => 16, 'o' => 8, 'b' => 2, _ => 0 }
            : 0;
        if (prefixed != 0 && (numberBase == 0 || numberBase == prefixed))
        {
            numberBase = prefixed;
            digits = digits[2] == '_' ? digits[3..] : digits[2..];
        }
        else if (numberBase == 0)
        {
            numberBase = 10;
        }

        if (digits.IsEmpty || digits.Length > JinjaInteger.MaxBits)
        {
            return false;
        }

        bool afterDigit = false;
        foreach (char c in digits)
        {
            if (c == '_' && afterDigit)
            {
                afterDigit = false;
                continue;
            }

            int digit = char.IsAsciiLetter(c) ? char.ToLowerInvariant(c) - 'a' + 10 : (int)char.GetNumericValue(c);
            if (digit < 0 || digit >= numberBase || (digit < 10 && !char.IsDigit(c)))
            {
                return false;
            }

            result = result * numberBase + digit;
            afterDigit = true;
        }

        result = negative ? -result : result;
        return afterDigit;
    }

    /// <summary>Python's <c>float(text)</c>.</summary>
    public static bool TryParseFloat(string text, out double result)
    {
        string trimmed = PythonText.Strip(text).ToString().Replace("_", "", StringComparison.Ordinal);
        string name = trimmed.TrimStart('+', '-').ToLowerInvariant();
        if (name is "inf" or "infinity" or "nan" && trimmed.Length - name.Length <= 1)
        {
            result = name == "nan" ? double.NaN : trimmed[0] == '-' ? double.NegativeInfinity : double.PositiveInfinity;
            return true;
        }

        return double.TryParse(
            trimmed,
            NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent,
            CultureInfo.InvariantCulture,
            out result) && char.IsAsciiDigit(name[0] == '.' && name.Length > 1 ? name[1] : name[0]);
    }

    private static int? CompareMixed(BigInteger integer, double number)
    {
        if (double.IsNaN(number))
        {
            return null;
        }

        if (double.IsInfinity(number))
        {
            return number > 0 ? -1 : 1;
        }

        double floor = Math.Floor(number);
        int order = integer.CompareTo(new BigInteger(floor));
        return order != 0 ? order : floor < number ? -1 : 0;
    }
}
