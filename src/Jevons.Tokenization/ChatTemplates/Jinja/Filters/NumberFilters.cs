using System.Globalization;
using System.Numerics;
using Jevons.Tokenization.ChatTemplates.Jinja.Rendering;
using Jevons.Tokenization.ChatTemplates.Jinja.Values;

namespace Jevons.Tokenization.ChatTemplates.Jinja.Filters;

/// <summary>Filters that make numbers, or text of numbers.</summary>
internal static class NumberFilters
{
    /// <summary>The filters by name.</summary>
    public static IReadOnlyDictionary<string, Filter> Table { get; } = new Dictionary<string, Filter>(StringComparer.Ordinal)
    {
        ["abs"] = Abs,
        ["filesizeformat"] = FileSize,
        ["float"] = ToFloat,
        ["int"] = ToInteger,
        ["round"] = Round,
    };

    private static JinjaValue Abs(RenderState state, JinjaValue value, Arguments arguments)
    {
        arguments.Bind("abs", 0);
        return value switch
        {
            JinjaFloat f => new JinjaFloat(Math.Abs(f.Value)),
            _ when Numbers.TryInteger(value, out BigInteger integer) => JinjaInteger.Of(BigInteger.Abs(integer)),
            JinjaUndefined undefined => throw undefined.Error,
            _ => throw JinjaException.Operation($"bad operand type for abs(): '{value.TypeName}'"),
        };
    }

    private static JinjaValue ToInteger(RenderState state, JinjaValue value, Arguments arguments)
    {
        JinjaValue?[] bound = arguments.Bind("int", 0, "default", "base");
        JinjaValue fallback = bound[0] ?? JinjaInteger.Of(0);

        // A base that is none leaves the reading as a float.
        int numberBase = bound[1] is null ? 10
            : Numbers.TryInteger(bound[1]!, out BigInteger given) && (given.IsZero || (given >= 2 && given <= 36)) ? (int)given : -1;
        switch (value)
        {
            case JinjaUndefined undefined:
                throw undefined.Error;
            case JinjaString text:
                if (numberBase >= 0 && Numbers.TryParseInteger(text.Text, numberBase, out BigInteger parsed))
                {
                    return JinjaInteger.Of(parsed);
                }

                return Numbers.TryParseFloat(text.Text, out double number) && double.IsFinite(number)
                    ? JinjaInteger.Of(Numbers.Truncate(number))
                    : fallback;
            case JinjaFloat f:
                return double.IsFinite(f.Value) ? JinjaInteger.Of(Numbers.Truncate(f.Value)) : fallback;
            default:
                return Numbers.TryInteger(value, out BigInteger integer) ? JinjaInteger.Of(integer) : fallback;
        }
    }

    private static JinjaValue ToFloat(RenderState state, JinjaValue value, Arguments arguments)
    {
        JinjaValue fallback = arguments.Bind("float", 0, "default")[0] ?? new JinjaFloat(0);
        return value switch
        {
            JinjaUndefined undefined => throw undefined.Error,
            JinjaString text => Numbers.TryParseFloat(text.Text, out double number) ? new JinjaFloat(number) : fallback,
            _ => Numbers.IsNumber(value) ? new JinjaFloat(Numbers.ToDouble(value)) : fallback,
        };
    }

    private static JinjaValue Round(RenderState state, JinjaValue value, Arguments arguments)
    {
        JinjaValue?[] bound = arguments.Bind("round", 0, "precision", "method");
        int precision = bound[0] is null ? 0 : Numbers.ToInt32(bound[0]!, "precision");
        string method = bound[1] is null ? "common" : TextSearch.RequireString(bound[1]!, "round").Text;
        if (method is not ("common" or "ceil" or "floor"))
        {
            throw JinjaException.Operation("method must be common, ceil or floor");
        }

        if (value is JinjaUndefined undefined)
        {
            throw undefined.Error;
        }

        if (!Numbers.IsNumber(value))
        {
            throw JinjaException.Operation($"type {value.TypeName} doesn't define __round__ method");
        }

        if (method == "common")
        {
            return RoundToEven(value, precision);
        }

        double scale = Math.Pow(10, precision);
        double scaled = Numbers.ToDouble(value) * scale;
        return new JinjaFloat((method == "ceil" ? Math.Ceiling(scaled) : Math.Floor(scaled)) / scale);
    }

    private static JinjaValue RoundToEven(JinjaValue value, int precision)
    {
        if (value is JinjaFloat f)
        {
            // Python rounds the exact binary value; more than 400 places change nothing, fewer than -400 leave zero.
            int places = Math.Clamp(precision, -400, 400);
            if (!double.IsFinite(f.Value))
            {
                return f;
            }

            double magnitude = places >= 0
                ? double.Parse(FloatDigits.Fixed(Math.Abs(f.Value), places), CultureInfo.InvariantCulture)
                : Numbers.Nearest(RoundInteger(Numbers.Truncate(Math.Abs(f.Value)), -places));
            return new JinjaFloat(Math.CopySign(magnitude, f.Value));
        }

        _ = Numbers.TryInteger(value, out BigInteger integer);
        return JinjaInteger.Of(precision >= 0 ? integer : RoundInteger(integer, (int)Math.Min(-(long)precision, JinjaInteger.MaxBits)));
    }

    private static BigInteger RoundInteger(BigInteger value, int zeros)
    {
        BigInteger unit = BigInteger.Pow(10, zeros);
        BigInteger quotient = BigInteger.DivRem(BigInteger.Abs(value), unit, out BigInteger remainder);
        int tie = (remainder * 2).CompareTo(unit);
        quotient += tie > 0 || (tie == 0 && !quotient.IsEven) ? 1 : 0;
        return quotient * unit * value.Sign;
    }

    private static JinjaValue FileSize(RenderState state, JinjaValue value, Arguments arguments)
    {
        bool binary = arguments.Bind("filesizeformat", 0, "binary")[0]?.IsTruthy ?? false;
        double bytes = value is JinjaString text && Numbers.TryParseFloat(text.Text, out double parsed) ? parsed : Numbers.ToDouble(value);
        double unit = binary ? 1024 : 1000;
        if (bytes == 1)
        {
            return JinjaString.Template("1 Byte");
        }

        if (bytes < unit || !double.IsFinite(bytes))
        {
            return JinjaString.Template($"{Numbers.Truncate(bytes)} Bytes");
        }

        const string Prefixes = "KMGTPEZY";
        int index = 0;
        double scaled = bytes / unit;
        while (scaled >= unit && index < Prefixes.Length - 1)
        {
            scaled /= unit;
            index++;
        }

        string prefix = binary ? Prefixes[index] + "iB" : (index == 0 ? 'k' : Prefixes[index]) + "B";
        return JinjaString.Template($"{FloatDigits.Fixed(scaled, 1)} {prefix}");
    }
}
