using Jevons.Tokenization.ChatTemplates.Jinja.Rendering;

namespace Jevons.Tokenization.ChatTemplates.Jinja.Values;

/// <summary>Searching and replacing in strings.</summary>
internal static class TextSearch
{
    /// <summary>The UTF-16 index of a part at or after a position, or -1; its worst-case work is charged to the budget.</summary>
    public static int IndexOf(RenderState state, string text, string part, int start)
    {
        Charge(state, text.Length - start, part.Length);
        return text.IndexOf(part, start, StringComparison.Ordinal);
    }

    /// <summary>The UTF-16 index of the last occurrence that ends at or before a position, or -1.</summary>
    public static int LastIndexOf(RenderState state, string text, string part, int end)
    {
        Charge(state, end, part.Length);
        return text.AsSpan(0, end).LastIndexOf(part, StringComparison.Ordinal);
    }

    /// <summary><c>text.find(part, start, end)</c> and its relatives: a code point index, or -1.</summary>
    public static int Find(RenderState state, JinjaString text, Arguments arguments, string callee, bool fromEnd)
    {
        JinjaValue?[] bound = arguments.BindPositional(callee, 1, 3);
        JinjaString part = RequireString(bound[0]!, callee);
        (int start, int end) = Window(text, bound[1], bound[2], callee);
        if (start > end)
        {
            return -1;
        }

        ReadOnlySpan<char> window = text.Text.AsSpan(start, end - start);
        Charge(state, window.Length, part.Text.Length);
        int found = fromEnd
            ? window.LastIndexOf(part.Text, StringComparison.Ordinal)
            : window.IndexOf(part.Text, StringComparison.Ordinal);
        return found < 0 ? -1 : JinjaString.CountCodePoints(text.Text.AsSpan(0, start + found));
    }

    /// <summary><c>text.count(part, start, end)</c>: occurrences that do not overlap.</summary>
    public static JinjaValue Count(RenderState state, JinjaString text, Arguments arguments)
    {
        JinjaValue?[] bound = arguments.BindPositional("count()", 1, 3);
        JinjaString part = RequireString(bound[0]!, "count()");
        (int start, int end) = Window(text, bound[1], bound[2], "count()");
        if (start > end)
        {
            return JinjaInteger.Of(0);
        }

        ReadOnlySpan<char> window = text.Text.AsSpan(start, end - start);
        if (part.Text.Length == 0)
        {
            return JinjaInteger.Of(JinjaString.CountCodePoints(window) + 1);
        }

        Charge(state, window.Length, part.Text.Length);
        return JinjaInteger.Of(window.Count(part.Text));
    }

    /// <summary><c>text.startswith(part | (parts), start, end)</c> and <c>endswith</c>.</summary>
    public static JinjaValue HasAffix(RenderState state, JinjaString text, Arguments arguments, string callee, bool atEnd)
    {
        JinjaValue?[] bound = arguments.BindPositional(callee, 1, 3);
        (int start, int end) = Window(text, bound[1], bound[2], callee);
        IEnumerable<JinjaValue> affixes = bound[0] is JinjaTuple tuple ? tuple.Items : [bound[0]!];
        foreach (JinjaValue affix in affixes)
        {
            string wanted = RequireString(affix, callee).Text;
            state.Budget.Steps(1 + (wanted.Length / 1024));
            if (start <= end && wanted.Length <= end - start
                && text.Text.AsSpan(atEnd ? end - wanted.Length : start, wanted.Length).SequenceEqual(wanted))
            {
                return JinjaBoolean.True;
            }
        }

        return JinjaBoolean.False;
    }

    /// <summary><c>text.replace(old, new, count)</c>; the inserted text keeps its own origin.</summary>
    public static JinjaString Replace(RenderState state, JinjaString text, JinjaString old, JinjaString replacement, int count)
    {
        if (text.IsMarkup)
        {
            replacement = HtmlText.Escape(state, replacement);
        }

        long left = count < 0 ? long.MaxValue : count;
        JinjaStringBuilder builder = new(state.Budget);
        int copied = 0;
        if (old.Text.Length == 0)
        {
            // An empty pattern matches before every character and at the end.
            for (int at = 0; left > 0 && at <= text.Text.Length; left--)
            {
                builder.Append(text, copied, at - copied);
                builder.Append(replacement);
                copied = at;
                at += at < text.Text.Length ? text.WidthAt(at) : 1;
            }
        }
        else
        {
            Charge(state, text.Text.Length, old.Text.Length);
            for (int at; left > 0 && (at = text.Text.IndexOf(old.Text, copied, StringComparison.Ordinal)) >= 0; left--)
            {
                builder.Append(text, copied, at - copied);
                builder.Append(replacement);
                copied = at + old.Text.Length;
            }
        }

        if (copied == 0 && builder.Length == 0)
        {
            return text;
        }

        builder.Append(text, copied, text.Text.Length - copied);
        return builder.ToValue(text.IsMarkup);
    }

    /// <summary>A string argument.</summary>
    public static JinjaString RequireString(JinjaValue value, string callee) => value switch
    {
        JinjaString text => text,
        JinjaUndefined undefined => throw undefined.Error,
        _ => throw JinjaException.Operation($"{callee} expects a string, not {value.TypeName}"),
    };

    /// <summary>Charges a search by its worst case, which a hostile pattern can reach.</summary>
    public static void Charge(RenderState state, int textLength, int partLength) =>
        state.Budget.Steps(1 + (Math.Max(0L, textLength - partLength) * Math.Max(partLength, 1) / 1024));

    private static (int Start, int End) Window(JinjaString text, JinjaValue? start, JinjaValue? end, string callee)
    {
        int length = text.Length!.Value;
        int from = Index(start, 0);
        int to = Math.Min(Index(end, length), length);
        return from > length ? (1, 0) : (text.Utf16Index(from), text.Utf16Index(to));

        int Index(JinjaValue? value, int missing)
        {
            if (value is null or JinjaNone)
            {
                return missing;
            }

            int index = Numbers.ToInt32(value, $"a position in {callee}");
            return index < 0 ? Math.Max(0, index + length) : index;
        }
    }
}
