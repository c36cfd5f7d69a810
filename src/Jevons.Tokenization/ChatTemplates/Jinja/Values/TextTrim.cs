using System.Text;
using Jevons.Tokenization.ChatTemplates.Jinja.Rendering;

namespace Jevons.Tokenization.ChatTemplates.Jinja.Values;

/// <summary>Shortening strings at their ends and padding them to a width.</summary>
internal static class TextTrim
{
    /// <summary><c>text.strip(chars)</c>, at one end or both; without characters it takes off spaces.</summary>
    public static JinjaString Strip(RenderState state, JinjaString text, JinjaValue? characters, bool atStart, bool atEnd)
    {
        string s = text.Text;
        int start = 0;
        int end = s.Length;
        if (characters is null or JinjaNone)
        {
            while (atStart && start < end && PythonText.IsSpace(s[start]))
            {
                start++;
            }

            while (atEnd && end > start && PythonText.IsSpace(s[end - 1]))
            {
                end--;
            }

            state.Budget.Steps((s.Length - end + start) / 64);
            return text.SubstringUtf16(start, end - start, state);
        }

        JinjaString wanted = TextSearch.RequireString(characters, "strip()");
        state.Budget.Steps((s.Length + wanted.Text.Length) / 16);
        HashSet<Rune> set = [.. wanted.Text.EnumerateRunes()];
        while (atStart && start < end && set.Contains(text.RuneAt(start)))
        {
            start += text.WidthAt(start);
        }

        while (atEnd && end > start)
        {
            int width = end - start >= 2 && char.IsSurrogatePair(s[end - 2], s[end - 1]) ? 2 : 1;
            if (!set.Contains(text.RuneAt(end - width)))
            {
                break;
            }

            end -= width;
        }

        return text.SubstringUtf16(start, end - start, state);
    }

    /// <summary><c>text.removeprefix(part)</c> and <c>removesuffix</c>.</summary>
    public static JinjaValue RemoveAffix(RenderState state, JinjaString text, Arguments arguments, string callee, bool atEnd)
    {
        string part = TextSearch.RequireString(arguments.BindPositional(callee, 1, 1)[0]!, callee).Text;
        bool has = atEnd ? text.Text.EndsWith(part, StringComparison.Ordinal) : text.Text.StartsWith(part, StringComparison.Ordinal);
        return has ? text.SubstringUtf16(atEnd ? 0 : part.Length, text.Text.Length - part.Length, state) : text;
    }

    /// <summary><c>text.ljust</c>, <c>rjust</c> and <c>center</c>: the share of the padding that goes to the left decides.</summary>
    public static JinjaValue Pad(RenderState state, JinjaString text, Arguments arguments, string callee, Func<long, int, long> leftShare)
    {
        JinjaValue?[] bound = arguments.BindPositional(callee, 1, 2);
        int width = Numbers.ToInt32(bound[0]!, $"the width in {callee}");
        JinjaString fill = bound[1] is null ? JinjaString.Template(" ") : TextSearch.RequireString(bound[1]!, callee);
        return fill.Length == 1
            ? Pad(state, text, width, fill, leftShare)
            : throw JinjaException.Operation("The fill character must be exactly one character long");
    }

    /// <summary>Pads to a width in code points with one fill character.</summary>
    public static JinjaString Pad(RenderState state, JinjaString text, int width, JinjaString fill, Func<long, int, long> leftShare)
    {
        long padding = Math.Max(0, (long)width - text.Length!.Value);
        long left = leftShare(padding, width);
        JinjaStringBuilder builder = new(state.Budget);
        Fill(builder, fill, left);
        builder.Append(text);
        Fill(builder, fill, padding - left);
        return builder.ToValue(text.IsMarkup);
    }

    /// <summary>The left share of padding in <c>str.center</c>: half, with the odd one left only when the width is odd too.</summary>
    public static long CenterShare(long padding, int width) => (padding / 2) + (padding & width & 1);

    /// <summary><c>text.zfill(width)</c>: zeros after the sign.</summary>
    public static JinjaValue ZeroFill(RenderState state, JinjaString text, Arguments arguments)
    {
        int width = Numbers.ToInt32(arguments.BindPositional("zfill()", 1, 1)[0]!, "the width in zfill()");
        int sign = text.Text.Length > 0 && text.Text[0] is '+' or '-' ? 1 : 0;
        JinjaStringBuilder builder = new(state.Budget);
        builder.Append(text, 0, sign);
        builder.Append('0', (long)width - text.Length!.Value, isContent: false);
        builder.Append(text, sign, text.Text.Length - sign);
        return builder.ToValue(text.IsMarkup);
    }

    /// <summary><c>text.expandtabs(tabsize)</c>.</summary>
    public static JinjaValue ExpandTabs(RenderState state, JinjaString text, Arguments arguments)
    {
        JinjaValue? size = arguments.Bind("expandtabs()", 0, "tabsize")[0];
        int tab = size is null ? 8 : Numbers.ToInt32(size, "the tab size in expandtabs()");
        JinjaStringBuilder builder = new(state.Budget);
        int column = 0;
        for (int at = 0; at < text.Text.Length;)
        {
            int width = text.WidthAt(at);
            char c = text.Text[at];
            if (c == '\t')
            {
                int blanks = tab <= 0 ? 0 : tab - (column % tab);
                builder.Append(' ', blanks, text.Content.Contains(at));
                column += blanks;
            }
            else
            {
                builder.Append(text, at, width);
                column = c is '\n' or '\r' ? 0 : column + 1;
            }

            at += width;
        }

        return builder.ToValue(text.IsMarkup);
    }

    /// <summary>Appends one fill character several times.</summary>
    public static void Fill(JinjaStringBuilder builder, JinjaString fill, long count)
    {
        if (fill.Text.Length == 1)
        {
            builder.Append(fill.Text[0], count, !fill.Content.IsEmpty);
            return;
        }

        for (long i = 0; i < count; i++)
        {
            builder.Append(fill);
        }
    }
}
