using System.Text;
using Jevons.Tokenization.ChatTemplates.Jinja.Rendering;
using Jevons.Tokenization.ChatTemplates.Jinja.Values;

namespace Jevons.Tokenization.ChatTemplates.Jinja.Filters;

/// <summary>Filters that make text of text.</summary>
internal static class TextFilters
{
    /// <summary>The filters by name.</summary>
    public static IReadOnlyDictionary<string, Filter> Table { get; } = new Dictionary<string, Filter>(StringComparer.Ordinal)
    {
        ["capitalize"] = NoArguments("capitalize", TextCase.Capitalize),
        ["lower"] = NoArguments("lower", TextCase.Lower),
        ["string"] = NoArguments("string", static (_, text) => text),
        ["title"] = NoArguments("title", TextCase.TitleWords),
        ["upper"] = NoArguments("upper", TextCase.Upper),
        ["center"] = Center,
        ["format"] = Format,
        ["indent"] = Indent,
        ["replace"] = Replace,
        ["tojson"] = ToJson,
        ["trim"] = (s, v, a) => TextTrim.Strip(s, Soft(s, v), a.Bind("trim", 0, "chars")[0], atStart: true, atEnd: true),
        ["truncate"] = Truncate,
        ["wordcount"] = WordCount,
        ["wordwrap"] = TextWrap.Apply,
    };

    /// <summary>The text of a value; a safe string stays safe.</summary>
    public static JinjaString Soft(RenderState state, JinjaValue value) => value as JinjaString ?? value.ToText(state);

    private static Filter NoArguments(string name, Func<RenderState, JinjaString, JinjaString> body) => (state, value, arguments) =>
    {
        arguments.Bind(name, 0);
        return body(state, Soft(state, value));
    };

    private static JinjaValue Center(RenderState state, JinjaValue value, Arguments arguments)
    {
        JinjaValue? width = arguments.Bind("center", 0, "width")[0];
        return TextTrim.Pad(
            state, Soft(state, value), width is null ? 80 : Numbers.ToInt32(width, "width"), JinjaString.Template(" "), TextTrim.CenterShare);
    }

    private static JinjaValue Format(RenderState state, JinjaValue value, Arguments arguments)
    {
        if (arguments.Positional.Count > 0 && arguments.Named.Count > 0)
        {
            throw JinjaException.Operation("can't handle positional and keyword arguments at the same time");
        }

        JinjaValue values = arguments.Named.Count > 0
            ? new JinjaDict(arguments.Named.Select(n => new KeyValuePair<JinjaValue, JinjaValue>(JinjaString.Template(n.Key), n.Value)))
            : new JinjaTuple([.. arguments.Positional]);
        return PercentFormat.Apply(state, Soft(state, value), values);
    }

    private static JinjaValue Indent(RenderState state, JinjaValue value, Arguments arguments)
    {
        JinjaValue?[] bound = arguments.Bind("indent", 0, "width", "first", "blank");
        JinjaString text = TextSearch.RequireString(value, "indent");
        JinjaStringBuilder spaces = new(state.Budget);
        JinjaString indentation;
        if (bound[0] is JinjaString given)
        {
            indentation = given;
        }
        else
        {
            spaces.Append(' ', bound[0] is null ? 4 : Numbers.ToInt32(bound[0]!, "width"), isContent: false);
            indentation = spaces.ToValue();
        }

        bool first = bound[1]?.IsTruthy ?? false;
        bool blank = bound[2]?.IsTruthy ?? false;

        // The added line end makes a final empty line count as a line, as the original does.
        JinjaString ended = Arithmetic.Concatenate(state, text, JinjaString.Template("\n").WithMarkup(text.IsMarkup));
        JinjaList lines = (JinjaList)TextSplit.Lines(state, ended, keepEnds: false);
        JinjaStringBuilder builder = new(state.Budget);
        for (int i = 0; i < lines.Items.Count; i++)
        {
            JinjaString line = (JinjaString)lines.Items[i];
            if (i > 0)
            {
                builder.Append('\n', isContent: false);
            }

            if (i == 0 ? first : blank || line.Text.Length > 0)
            {
                builder.Append(indentation);
            }

            builder.Append(line);
        }

        return builder.ToValue(text.IsMarkup);
    }

    private static JinjaValue Replace(RenderState state, JinjaValue value, Arguments arguments)
    {
        JinjaValue?[] bound = arguments.Bind("replace", 2, "old", "new", "count");
        int count = bound[2] is null or JinjaNone ? -1 : Numbers.ToInt32(bound[2]!, "count");
        return TextSearch.Replace(state, value.ToText(state), bound[0]!.ToText(state), bound[1]!.ToText(state), count);
    }

    private static JinjaValue ToJson(RenderState state, JinjaValue value, Arguments arguments)
    {
        JinjaValue?[] bound = arguments.Bind("tojson", 0, "ensure_ascii", "indent", "separators", "sort_keys");
        return JsonText.Write(state, value, JsonFormat.From(state, bound));
    }

    private static JinjaValue Truncate(RenderState state, JinjaValue value, Arguments arguments)
    {
        JinjaValue?[] bound = arguments.Bind("truncate", 0, "length", "killwords", "end", "leeway");
        JinjaString text = TextSearch.RequireString(value, "truncate");
        int length = bound[0] is null ? 255 : Numbers.ToInt32(bound[0]!, "length");
        JinjaString end = bound[2] is null ? JinjaString.Template("...") : TextSearch.RequireString(bound[2]!, "truncate");
        int leeway = bound[3] is null or JinjaNone ? 5 : Numbers.ToInt32(bound[3]!, "leeway");
        if (length < end.Length || leeway < 0)
        {
            throw JinjaException.Operation($"truncate expects a length of at least {end.Length} and a leeway of at least 0");
        }

        if (text.Length <= (long)length + leeway)
        {
            return text;
        }

        int kept = text.Utf16Index(length - end.Length!.Value);
        if (!(bound[1]?.IsTruthy ?? false))
        {
            int blank = text.Text.AsSpan(0, kept).LastIndexOf(' ');
            kept = blank < 0 ? kept : blank;
        }

        return Arithmetic.Concatenate(state, text.SubstringUtf16(0, kept, state), end);
    }

    private static JinjaValue WordCount(RenderState state, JinjaValue value, Arguments arguments)
    {
        arguments.Bind("wordcount", 0);
        JinjaString text = Soft(state, value);
        state.Budget.Steps(text.Text.Length / 16);
        int count = 0;
        bool inWord = false;
        foreach (Rune rune in text.Text.EnumerateRunes())
        {
            bool isWord = PythonText.IsWordCharacter(rune);
            count += isWord && !inWord ? 1 : 0;
            inWord = isWord;
        }

        return JinjaInteger.Of(count);
    }
}
