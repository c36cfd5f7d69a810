using Jevons.Tokenization.ChatTemplates.Jinja.Rendering;

namespace Jevons.Tokenization.ChatTemplates.Jinja.Values;

/// <summary>Taking strings apart.</summary>
internal static class TextSplit
{
    /// <summary><c>text.split(sep, maxsplit)</c>: at a separator, or at runs of spaces when there is none.</summary>
    public static JinjaValue Split(RenderState state, JinjaString text, Arguments arguments)
    {
        (JinjaString? separator, int limit) = Bind(arguments, "split()");
        List<JinjaValue> parts = [];
        string s = text.Text;
        if (separator is not null)
        {
            TextSearch.Charge(state, s.Length, separator.Text.Length);
            int from = 0;
            for (int at; parts.Count < limit && (at = s.IndexOf(separator.Text, from, StringComparison.Ordinal)) >= 0;)
            {
                Add(state, parts, text, from, at);
                from = at + separator.Text.Length;
            }

            Add(state, parts, text, from, s.Length);
            return new JinjaList([.. parts]);
        }

        state.Budget.Steps(s.Length / 64);
        int start = SkipSpaces(s, 0);
        while (start < s.Length && parts.Count < limit)
        {
            int end = start;
            while (end < s.Length && !PythonText.IsSpace(s[end]))
            {
                end++;
            }

            Add(state, parts, text, start, end);
            start = SkipSpaces(s, end);
        }

        if (start < s.Length)
        {
            Add(state, parts, text, start, s.Length);
        }

        return new JinjaList([.. parts]);
    }

    /// <summary><c>text.rsplit(sep, maxsplit)</c>: as split, counting from the end.</summary>
    public static JinjaValue SplitFromEnd(RenderState state, JinjaString text, Arguments arguments)
    {
        (JinjaString? separator, int limit) = Bind(arguments, "rsplit()");
        List<JinjaValue> parts = [];
        string s = text.Text;
        int end = s.Length;
        if (separator is not null)
        {
            TextSearch.Charge(state, s.Length, separator.Text.Length);
            for (int at; parts.Count < limit && (at = s.AsSpan(0, end).LastIndexOf(separator.Text, StringComparison.Ordinal)) >= 0;)
            {
                Add(state, parts, text, at + separator.Text.Length, end);
                end = at;
            }

            Add(state, parts, text, 0, end);
        }
        else
        {
            state.Budget.Steps(s.Length / 64);
            end = SkipSpacesBackwards(s, end);
            while (end > 0 && parts.Count < limit)
            {
                int start = end;
                while (start > 0 && !PythonText.IsSpace(s[start - 1]))
                {
                    start--;
                }

                Add(state, parts, text, start, end);
                end = SkipSpacesBackwards(s, start);
            }

            if (end > 0)
            {
                Add(state, parts, text, 0, end);
            }
        }

        parts.Reverse();
        return new JinjaList([.. parts]);
    }

    /// <summary><c>text.splitlines(keepends)</c>.</summary>
    public static JinjaValue Lines(RenderState state, JinjaString text, bool keepEnds)
    {
        List<JinjaValue> lines = [];
        string s = text.Text;
        for (int start = 0; start < s.Length;)
        {
            int end = start;
            while (end < s.Length && !PythonText.IsLineBreak(s[end]))
            {
                end++;
            }

            int next = end == s.Length ? end : s[end] == '\r' && end + 1 < s.Length && s[end + 1] == '\n' ? end + 2 : end + 1;
            Add(state, lines, text, start, keepEnds ? next : end);
            start = next;
        }

        return new JinjaList([.. lines]);
    }

    /// <summary><c>text.partition(sep)</c> and <c>rpartition</c>: before, separator, after.</summary>
    public static JinjaValue Partition(RenderState state, JinjaString text, Arguments arguments, string callee, bool fromEnd)
    {
        JinjaString separator = TextSearch.RequireString(arguments.BindPositional(callee, 1, 1)[0]!, callee);
        if (separator.Text.Length == 0)
        {
            throw JinjaException.Operation("empty separator");
        }

        int at = fromEnd
            ? TextSearch.LastIndexOf(state, text.Text, separator.Text, text.Text.Length)
            : TextSearch.IndexOf(state, text.Text, separator.Text, 0);
        if (at < 0)
        {
            return fromEnd
                ? new JinjaTuple(JinjaString.Empty, JinjaString.Empty, text)
                : new JinjaTuple(text, JinjaString.Empty, JinjaString.Empty);
        }

        int after = at + separator.Text.Length;
        return new JinjaTuple(
            text.SubstringUtf16(0, at, state),
            text.SubstringUtf16(at, separator.Text.Length, state),
            text.SubstringUtf16(after, text.Text.Length - after, state));
    }

    private static (JinjaString? Separator, int Limit) Bind(Arguments arguments, string callee)
    {
        JinjaValue?[] bound = arguments.Bind(callee, 0, "sep", "maxsplit");
        JinjaString? separator = bound[0] is null or JinjaNone ? null : TextSearch.RequireString(bound[0]!, callee);
        if (separator is { Text.Length: 0 })
        {
            throw JinjaException.Operation("empty separator");
        }

        int limit = bound[1] is null ? -1 : Numbers.ToInt32(bound[1]!, $"maxsplit of {callee}");
        return (separator, limit < 0 ? int.MaxValue : limit);
    }

    private static void Add(RenderState state, List<JinjaValue> parts, JinjaString text, int start, int end)
    {
        state.Budget.Steps(1);
        parts.Add(text.SubstringUtf16(start, end - start, state));
    }

    private static int SkipSpaces(string text, int at)
    {
        while (at < text.Length && PythonText.IsSpace(text[at]))
        {
            at++;
        }

        return at;
    }

    private static int SkipSpacesBackwards(string text, int at)
    {
        while (at > 0 && PythonText.IsSpace(text[at - 1]))
        {
            at--;
        }

        return at;
    }
}
