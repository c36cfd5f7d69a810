using System.Numerics;
using Jevons.Tokenization.ChatTemplates.Jinja.Rendering;

namespace Jevons.Tokenization.ChatTemplates.Jinja.Values;

/// <summary>Equality, order and membership over all values, as Python defines them.</summary>
internal static class Operators
{
    /// <summary><c>left == right</c>, at the cost of walking the smaller of the two.</summary>
    public static bool AreEqual(RenderState state, JinjaValue left, JinjaValue right)
    {
        state.Budget.Steps(Math.Min(left.Weight, right.Weight));
        return left.EqualTo(right);
    }

    /// <summary>The order of two values, or null when a NaN makes every order comparison false; throws for types without an order.</summary>
    public static int? Compare(RenderState state, JinjaValue left, JinjaValue right, string symbol)
    {
        state.Budget.Steps(1);
        switch (left, right)
        {
            case (JinjaUndefined undefined, _):
                throw undefined.Error;
            case (_, JinjaUndefined undefined):
                throw undefined.Error;
            case (JinjaString a, JinjaString b):
                state.Budget.Steps(Math.Min(a.Weight, b.Weight));
                return PythonText.Compare(a.Text, b.Text);
            case (JinjaSequence a, JinjaSequence b) when a.GetType() == b.GetType():
                return CompareSequences(state, a, b, symbol);
        }

        return Numbers.IsNumber(left) && Numbers.IsNumber(right)
            ? Numbers.Compare(left, right)
            : throw JinjaException.Operation(
                $"'{symbol}' not supported between instances of '{left.TypeName}' and '{right.TypeName}'");
    }

    /// <summary><c>left &lt; right</c>, the order that sorting uses.</summary>
    public static bool IsLess(RenderState state, JinjaValue left, JinjaValue right) => Compare(state, left, right, "<") < 0;

    /// <summary><c>item in container</c>.</summary>
    public static bool Contains(RenderState state, JinjaValue container, JinjaValue item)
    {
        switch (container)
        {
            case JinjaString text:
                JinjaString part = item as JinjaString ?? throw (item is JinjaUndefined undefined
                    ? undefined.Error
                    : JinjaException.Operation($"'in <string>' requires string as left operand, not {item.TypeName}"));
                return TextSearch.IndexOf(state, text.Text, part.Text, 0) >= 0;
            case JinjaDict dict:
                state.Budget.Steps(item.Weight);
                return dict.Find(item) is not null;
            case JinjaNamespace or JinjaFunction or JinjaNone:
                throw JinjaException.Operation($"argument of type '{container.TypeName}' is not iterable");
        }

        IEnumerator<JinjaValue> iterator = container.Iterate(state)
            ?? throw JinjaException.Operation($"argument of type '{container.TypeName}' is not iterable");
        while (iterator.MoveNext())
        {
            if (AreEqual(state, iterator.Current, item))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary><c>container[start:stop:step]</c> of a string, list, tuple or range; null for a type without slices.</summary>
    public static JinjaValue? Slice(RenderState state, JinjaValue container, JinjaValue? start, JinjaValue? stop, JinjaValue? step)
    {
        if (container is not (JinjaString or JinjaSequence or JinjaRange))
        {
            return null;
        }

        int length = container.Length!.Value;
        BigInteger by = Bound(step) ?? BigInteger.One;
        if (by.IsZero)
        {
            throw JinjaException.Operation("slice step cannot be zero");
        }

        BigInteger lowest = by.Sign < 0 ? -1 : 0;
        BigInteger highest = by.Sign < 0 ? length - 1 : length;
        BigInteger from = Clamp(Bound(start), by.Sign < 0 ? highest : lowest);
        BigInteger to = Clamp(Bound(stop), by.Sign < 0 ? lowest : highest);
        BigInteger distance = by.Sign > 0 ? to - from : from - to;
        int count = distance.Sign <= 0 ? 0 : (int)((distance + BigInteger.Abs(by) - 1) / BigInteger.Abs(by));
        int first = (int)from;
        int stride = count > 1 ? (int)by : 1;
        state.Budget.Steps(count);
        return container switch
        {
            JinjaString text => SliceText(state, text, first, count, stride),
            JinjaSequence sequence => sequence.With(Pick(sequence, first, count, stride)),
            JinjaRange range => range.Part(from, to, by),
            _ => null,
        };

        BigInteger Clamp(BigInteger? value, BigInteger missing)
        {
            if (value is not { } given)
            {
                return missing;
            }

            given += given.Sign < 0 ? length : 0;
            return BigInteger.Max(lowest, BigInteger.Min(highest, given));
        }
    }

    private static BigInteger? Bound(JinjaValue? value) => value switch
    {
        null or JinjaNone => null,
        JinjaUndefined undefined => throw undefined.Error,
        _ when Numbers.TryInteger(value, out BigInteger bound) => bound,
        _ => throw JinjaException.Operation("slice indices must be integers or None or have an __index__ method"),
    };

    private static JinjaString SliceText(RenderState state, JinjaString text, int first, int count, int stride)
    {
        if (count == 0)
        {
            return JinjaString.Empty.WithMarkup(text.IsMarkup);
        }

        if (stride == 1)
        {
            state.Budget.Steps(text.IsBasic ? 1 : (first + count) / 64);
            int start = text.Utf16Index(first);
            return text.SubstringUtf16(start, text.Utf16Index(first + count) - start, state);
        }

        // One pass over the text finds where each code point starts; picking by stride is then direct.
        int[] starts = new int[text.Length!.Value];
        for (int i = 0, at = 0; i < starts.Length; i++)
        {
            starts[i] = at;
            at += text.WidthAt(at);
        }

        state.Budget.Steps(starts.Length / 16);
        JinjaStringBuilder builder = new(state.Budget);
        for (int i = 0; i < count; i++)
        {
            int at = starts[first + (i * stride)];
            builder.Append(text, at, text.WidthAt(at));
        }

        return builder.ToValue(text.IsMarkup);
    }

    private static JinjaValue[] Pick(JinjaSequence sequence, int first, int count, int stride)
    {
        JinjaValue[] items = new JinjaValue[count];
        for (int i = 0; i < count; i++)
        {
            items[i] = sequence.Items[first + (i * stride)];
        }

        return items;
    }

    private static int? CompareSequences(RenderState state, JinjaSequence left, JinjaSequence right, string symbol)
    {
        int common = Math.Min(left.Items.Count, right.Items.Count);
        for (int i = 0; i < common; i++)
        {
            if (!AreEqual(state, left.Items[i], right.Items[i]))
            {
                return Compare(state, left.Items[i], right.Items[i], symbol);
            }
        }

        return left.Items.Count.CompareTo(right.Items.Count);
    }
}
