using System.Numerics;
using Jevons.Tokenization.ChatTemplates.Jinja.Rendering;

namespace Jevons.Tokenization.ChatTemplates.Jinja.Values;

/// <summary>The arithmetic operators, over numbers and over strings and sequences, as Python defines them.</summary>
internal static class Arithmetic
{
    /// <summary><c>left + right</c>.</summary>
    public static JinjaValue Add(RenderState state, JinjaValue left, JinjaValue right)
    {
        switch (left, right)
        {
            case (JinjaString a, JinjaString b):
                return Concatenate(state, a, b);
            case (JinjaSequence a, JinjaSequence b) when a.GetType() == b.GetType():
                state.Budget.Steps(a.Items.Count + (long)b.Items.Count);
                return a.With([.. a.Items, .. b.Items]);
        }

        return Numeric("+", left, right, static (a, b) => a + b, static (a, b) => a + b);
    }

    /// <summary><c>left - right</c>.</summary>
    public static JinjaValue Subtract(JinjaValue left, JinjaValue right) =>
        Numeric("-", left, right, static (a, b) => a - b, static (a, b) => a - b);

    /// <summary><c>left * right</c>; a string or sequence is repeated.</summary>
    public static JinjaValue Multiply(RenderState state, JinjaValue left, JinjaValue right)
    {
        if (left is JinjaString or JinjaSequence && Numbers.TryInteger(right, out BigInteger times))
        {
            return Repeat(state, left, times);
        }

        if (right is JinjaString or JinjaSequence && Numbers.TryInteger(left, out times))
        {
            return Repeat(state, right, times);
        }

        return Numeric("*", left, right, static (a, b) => a * b, static (a, b) => a * b);
    }

    /// <summary><c>left / right</c>, always a float.</summary>
    public static JinjaValue Divide(JinjaValue left, JinjaValue right)
    {
        RequireNumbers("/", left, right);
        double divisor = Numbers.ToDouble(right);
        return divisor == 0
            ? throw JinjaException.Operation("division by zero")
            : new JinjaFloat(Numbers.ToDouble(left) / divisor);
    }

    /// <summary><c>left // right</c>, rounded towards negative infinity.</summary>
    public static JinjaValue FloorDivide(JinjaValue left, JinjaValue right)
    {
        RequireNumbers("//", left, right);
        RequireDivisor(right);
        return Numeric("//", left, right, FloorDivide, static (a, b) => Math.Floor((a - Modulo(a, b)) / b));
    }

    /// <summary><c>left % right</c>, with the sign of the divisor; a string on the left is formatted.</summary>
    public static JinjaValue Modulo(RenderState state, JinjaValue left, JinjaValue right)
    {
        if (left is JinjaString format)
        {
            return PercentFormat.Apply(state, format, right);
        }

        return RemainderOf(left, right);
    }

    /// <summary><c>left % right</c> of numbers.</summary>
    public static JinjaValue RemainderOf(JinjaValue left, JinjaValue right)
    {
        RequireNumbers("%", left, right);
        RequireDivisor(right);
        return Numeric("%", left, right, static (a, b) => a - (FloorDivide(a, b) * b), Modulo);
    }

    /// <summary><c>left ** right</c>: exact for integers, a float for a negative exponent.</summary>
    public static JinjaValue Power(JinjaValue left, JinjaValue right)
    {
        RequireNumbers("**", left, right);
        if (Numbers.TryInteger(left, out BigInteger value) && Numbers.TryInteger(right, out BigInteger exponent) && exponent.Sign >= 0)
        {
            if (value.IsZero || value.IsOne)
            {
                return JinjaInteger.Of(exponent.IsZero ? 1 : value);
            }

            if (value == BigInteger.MinusOne)
            {
                return JinjaInteger.Of(exponent.IsEven ? 1 : -1);
            }

            // Of a result within the limit the exponent is below the limit too; a larger one is refused before the work.
            return exponent * (value.GetBitLength() - 1) > JinjaInteger.MaxBits
                ? throw JinjaException.Limit($"an integer grows beyond {JinjaInteger.MaxBits} bits")
                : JinjaInteger.Of(BigInteger.Pow(value, (int)exponent));
        }

        double x = Numbers.ToDouble(left);
        double y = Numbers.ToDouble(right);
        if (x == 0 && y < 0)
        {
            throw JinjaException.Operation("0.0 cannot be raised to a negative power");
        }

        double result = Math.Pow(x, y);
        if (double.IsInfinity(result) && double.IsFinite(x) && double.IsFinite(y))
        {
            throw JinjaException.Operation("the result of ** is too large for a float");
        }

        return double.IsNaN(result) && !double.IsNaN(x) && !double.IsNaN(y)
            ? throw JinjaException.Operation("a negative number cannot be raised to a fractional power")
            : new JinjaFloat(result);
    }

    /// <summary><c>-value</c>.</summary>
    public static JinjaValue Negate(JinjaValue value) => value switch
    {
        JinjaFloat f => new JinjaFloat(-f.Value),
        _ when Numbers.TryInteger(value, out BigInteger integer) => JinjaInteger.Of(-integer),
        JinjaUndefined undefined => throw undefined.Error,
        _ => throw JinjaException.Operation($"bad operand type for unary -: '{value.TypeName}'"),
    };

    /// <summary><c>+value</c>.</summary>
    public static JinjaValue Plus(JinjaValue value) => value switch
    {
        JinjaFloat => value,
        _ when Numbers.TryInteger(value, out BigInteger integer) => JinjaInteger.Of(integer),
        JinjaUndefined undefined => throw undefined.Error,
        _ => throw JinjaException.Operation($"bad operand type for unary +: '{value.TypeName}'"),
    };

    /// <summary>Two strings in a row; when one is marked safe, the other is escaped first.</summary>
    public static JinjaString Concatenate(RenderState state, JinjaString left, JinjaString right)
    {
        bool markup = left.IsMarkup || right.IsMarkup;
        JinjaStringBuilder builder = new(state.Budget);
        builder.Append(markup ? HtmlText.Escape(state, left) : left);
        builder.Append(markup ? HtmlText.Escape(state, right) : right);
        return builder.ToValue(markup);
    }

    private static JinjaValue Repeat(RenderState state, JinjaValue value, BigInteger times)
    {
        int length = value.Length!.Value;
        long total = times.Sign <= 0 || length == 0 ? 0 : (long)BigInteger.Min(times * length, long.MaxValue);
        int count = length == 0 ? 0 : (int)Math.Min(total / length, int.MaxValue);
        if (value is JinjaString text)
        {
            JinjaStringBuilder builder = new(state.Budget);
            if (text.Text.Length == 1 || total > state.Budget.Limits.MaxCharacters)
            {
                // Also the way to refuse a text beyond the budget before building any of it.
                builder.Append(text.Text[0], total, !text.Content.IsEmpty);
                return builder.ToValue(text.IsMarkup);
            }

            for (int i = 0; i < count; i++)
            {
                builder.Append(text);
            }

            return builder.ToValue(text.IsMarkup);
        }

        JinjaSequence sequence = (JinjaSequence)value;
        state.Budget.Steps(total);
        JinjaValue[] items = new JinjaValue[total];
        for (int i = 0; i < items.Length; i++)
        {
            items[i] = sequence.Items[i % length];
        }

        return sequence.With(items);
    }

    private static JinjaValue Numeric(
        string symbol,
        JinjaValue left,
        JinjaValue right,
        Func<BigInteger, BigInteger, BigInteger> integers,
        Func<double, double, double> floats)
    {
        RequireNumbers(symbol, left, right);
        return Numbers.TryInteger(left, out BigInteger a) && Numbers.TryInteger(right, out BigInteger b)
            ? JinjaInteger.Of(integers(a, b))
            : new JinjaFloat(floats(Numbers.ToDouble(left), Numbers.ToDouble(right)));
    }

    private static void RequireNumbers(string symbol, JinjaValue left, JinjaValue right)
    {
        if (Numbers.IsNumber(left) && Numbers.IsNumber(right))
        {
            return;
        }

        if ((left as JinjaUndefined ?? right as JinjaUndefined) is { } undefined)
        {
            throw undefined.Error;
        }

        throw JinjaException.Operation(symbol == "+" && left is JinjaString or JinjaSequence
            ? $"can only concatenate {left.TypeName} (not \"{right.TypeName}\") to {left.TypeName}"
            : $"unsupported operand type(s) for {symbol}: '{left.TypeName}' and '{right.TypeName}'");
    }

    private static void RequireDivisor(JinjaValue divisor)
    {
        if (!divisor.IsTruthy)
        {
            throw JinjaException.Operation("integer division or modulo by zero");
        }
    }

    private static BigInteger FloorDivide(BigInteger a, BigInteger b)
    {
        BigInteger quotient = BigInteger.DivRem(a, b, out BigInteger remainder);
        return !remainder.IsZero && (remainder.Sign < 0) != (b.Sign < 0) ? quotient - 1 : quotient;
    }

    private static double Modulo(double a, double b)
    {
        double remainder = a % b;
        return remainder != 0 && (remainder < 0) != (b < 0) ? remainder + b : remainder == 0 ? Math.CopySign(0, b) : remainder;
    }
}
