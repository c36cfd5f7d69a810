using Jevons.Tokenization.ChatTemplates.Jinja.Rendering;
using Jevons.Tokenization.ChatTemplates.Jinja.Values;

namespace Jevons.Tokenization.ChatTemplates.Jinja.Filters;

/// <summary>
/// The filter <c>wordwrap</c>: each line of the text is broken at blanks, and where asked at hyphens and within long words, so
/// that no line is longer than a width.
/// </summary>
internal static class TextWrap
{
    /// <summary>Wraps text.</summary>
    public static JinjaValue Apply(RenderState state, JinjaValue value, Arguments arguments)
    {
        JinjaValue?[] bound = arguments.Bind("wordwrap", 0, "width", "break_long_words", "wrapstring", "break_on_hyphens");
        JinjaString text = TextSearch.RequireString(value, "wordwrap");
        int width = bound[0] is null ? 79 : Numbers.ToInt32(bound[0]!, "width");
        bool breakWords = bound[1]?.IsTruthy ?? true;
        JinjaString end = bound[2] is null or JinjaNone ? JinjaString.Template("\n") : TextSearch.RequireString(bound[2]!, "wordwrap");
        bool breakHyphens = bound[3]?.IsTruthy ?? true;
        if (width <= 0)
        {
            throw JinjaException.Operation($"wordwrap expects a width above 0, not {width}");
        }

        JinjaStringBuilder builder = new(state.Budget);
        IReadOnlyList<JinjaValue> lines = ((JinjaList)TextSplit.Lines(state, text, keepEnds: false)).Items;
        for (int i = 0; i < lines.Count; i++)
        {
            if (i > 0)
            {
                builder.Append(end);
            }

            WrapLine(state, builder, (JinjaString)lines[i], width, breakWords, breakHyphens, end);
        }

        return builder.ToValue(text.IsMarkup);
    }

    private static void WrapLine(
        RenderState state, JinjaStringBuilder builder, JinjaString line, int width, bool breakWords, bool breakHyphens, JinjaString end)
    {
        int lineStart = -1;
        int lineEnd = 0;
        int used = 0;
        bool wrote = false;
        foreach ((int start, int stop) in Chunks(line.Text, breakHyphens))
        {
            state.Budget.Steps(1);
            int from = start;
            bool isBlank = PythonText.IsSpace(line.Text[from]);
            if (lineStart < 0 && isBlank && wrote)
            {
                continue;
            }

            int size = JinjaString.CountCodePoints(line.Text.AsSpan(from, stop - from));
            if (lineStart >= 0 && used + size > width)
            {
                if (breakWords && !isBlank && size > width && used < width)
                {
                    int room = Utf16Width(line, from, width - used);
                    lineEnd = from + room;
                    from += room;
                    size -= width - used;
                }

                // As in the original, a long word that finds its line full leaves the blanks before it where they are.
                Flush(keepBlanks: breakWords && !isBlank && size > width && used == width);
                if (isBlank)
                {
                    continue;
                }
            }

            while (breakWords && size > width)
            {
                int room = Utf16Width(line, from, width);
                lineStart = from;
                lineEnd = from + room;
                Flush(keepBlanks: false);
                from += room;
                size -= width;
            }

            lineStart = lineStart < 0 ? from : lineStart;
            lineEnd = stop;
            used += size;
        }

        Flush(keepBlanks: false);

        void Flush(bool keepBlanks)
        {
            while (!keepBlanks && lineStart >= 0 && lineEnd > lineStart && PythonText.IsSpace(line.Text[lineEnd - 1]))
            {
                lineEnd--;
            }

            if (lineStart >= 0 && lineEnd > lineStart)
            {
                if (wrote)
                {
                    builder.Append(end);
                }

                builder.Append(line, lineStart, lineEnd - lineStart);
                wrote = true;
            }

            lineStart = -1;
            used = 0;
        }
    }

    private static int Utf16Width(JinjaString line, int from, int codePoints)
    {
        int at = from;
        for (; codePoints > 0 && at < line.Text.Length; codePoints--)
        {
            at += line.WidthAt(at);
        }

        return at - from;
    }

    /// <summary>Runs of blanks and runs of others, the latter cut after a hyphen between letters where asked.</summary>
    private static IEnumerable<(int Start, int Stop)> Chunks(string text, bool breakHyphens)
    {
        int start = 0;
        while (start < text.Length)
        {
            bool isBlank = PythonText.IsSpace(text[start]);
            int stop = start + 1;
            while (stop < text.Length && PythonText.IsSpace(text[stop]) == isBlank)
            {
                bool afterHyphen = breakHyphens && text[stop - 1] == '-' && stop - 2 >= start && char.IsLetter(text[stop - 2])
                    && char.IsLetter(text[stop]);
                if (afterHyphen)
                {
                    break;
                }

                stop++;
            }

            yield return (start, stop);
            start = stop;
        }
    }
}
