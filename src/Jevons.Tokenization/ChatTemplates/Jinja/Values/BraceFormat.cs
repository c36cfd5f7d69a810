using System.Globalization;
using Jevons.Tokenization.ChatTemplates.Jinja.Rendering;

namespace Jevons.Tokenization.ChatTemplates.Jinja.Values;

/// <summary><c>text.format(...)</c>: replacement fields with attributes, indexes, conversions and nested specifications.</summary>
internal sealed class BraceFormat
{
    private const int MaxNesting = 2;

    private readonly RenderState _state;
    private readonly Arguments _arguments;
    private int _automatic;
    private bool _numbered;

    private BraceFormat(RenderState state, Arguments arguments)
    {
        _state = state;
        _arguments = arguments;
    }

    /// <summary>Formats with the arguments of the call.</summary>
    public static JinjaValue Apply(RenderState state, JinjaString format, Arguments arguments) =>
        new BraceFormat(state, arguments).Expand(format, nesting: 0);

    /// <summary>Formats with the entries of a dict.</summary>
    public static JinjaValue ApplyMap(RenderState state, JinjaString format, Arguments arguments)
    {
        JinjaDict map = arguments.BindPositional("format_map()", 1, 1)[0] as JinjaDict
            ?? throw JinjaException.Operation("format_map() expects a dict");
        List<KeyValuePair<string, JinjaValue>> named = [];
        foreach ((JinjaValue key, JinjaValue value) in map.Entries)
        {
            if (key is JinjaString name)
            {
                named.Add(new KeyValuePair<string, JinjaValue>(name.Text, value));
            }
        }

        return Apply(state, format, new Arguments([], named));
    }

    private JinjaString Expand(JinjaString format, int nesting)
    {
        string text = format.Text;
        JinjaStringBuilder builder = new(_state.Budget);
        int at = 0;
        while (at < text.Length)
        {
            int brace = text.AsSpan(at).IndexOfAny('{', '}');
            int end = brace < 0 ? text.Length : at + brace;
            builder.Append(format, at, end - at);
            at = end;
            if (at == text.Length)
            {
                break;
            }

            if (at + 1 < text.Length && text[at + 1] == text[at])
            {
                builder.Append(format, at, 1);
                at += 2;
            }
            else if (text[at] == '}')
            {
                throw JinjaException.Operation("Single '}' encountered in format string");
            }
            else
            {
                int close = FindClose(text, at);
                JinjaString field = Field(format, at + 1, close, nesting);
                builder.Append(format.IsMarkup ? HtmlText.Escape(_state, field) : field);
                at = close + 1;
            }
        }

        return builder.ToValue(format.IsMarkup);
    }

    private static int FindClose(string text, int open)
    {
        int depth = 0;
        for (int i = open; i < text.Length; i++)
        {
            depth += text[i] == '{' ? 1 : text[i] == '}' ? -1 : 0;
            if (depth == 0)
            {
                return i;
            }
        }

        throw JinjaException.Operation("expected '}' before end of string");
    }

    private JinjaString Field(JinjaString format, int start, int end, int nesting)
    {
        if (nesting >= MaxNesting)
        {
            throw JinjaException.Operation("Max string recursion exceeded");
        }

        _state.Budget.Steps(1);
        string text = format.Text;
        int nameEnd = start;
        for (bool inBrackets = false; nameEnd < end && (inBrackets || text[nameEnd] is not (':' or '!')); nameEnd++)
        {
            inBrackets = text[nameEnd] == '[' || (inBrackets && text[nameEnd] != ']');
        }

        JinjaValue value = Resolve(text[start..nameEnd]);
        int at = nameEnd;
        if (at < end && text[at] == '!')
        {
            if (at + 1 >= end || (at + 2 < end && text[at + 2] != ':'))
            {
                throw JinjaException.Operation("expected ':' after conversion specifier");
            }

            value = Convert(value, text[at + 1]);
            at += 2;
        }

        string specification = at < end
            ? Expand(format.SubstringUtf16(at + 1, end - at - 1, _state).WithMarkup(markup: false), nesting + 1).Text
            : "";
        return specification.Length == 0 ? value.ToText(_state) : FormatSpecification.Parse(specification).Apply(_state, value);
    }

    private JinjaValue Resolve(string name)
    {
        int end = name.AsSpan().IndexOfAny('.', '[');
        string first = end < 0 ? name : name[..end];
        JinjaValue value = Argument(first);
        int at = end < 0 ? name.Length : end;
        while (at < name.Length)
        {
            if (name[at] == '.')
            {
                int next = name.AsSpan(at + 1).IndexOfAny('.', '[');
                int stop = next < 0 ? name.Length : at + 1 + next;
                value = Members.Attribute(_state, value, name[(at + 1)..stop]);
                at = stop;
            }
            else
            {
                int close = name.IndexOf(']', at);
                if (name[at] != '[' || close <= at + 1)
                {
                    throw JinjaException.Operation("Only '.' or '[' may follow ']' in format field specifier");
                }

                string key = name[(at + 1)..close];
                value = Members.Element(_state, value, int.TryParse(key, NumberStyles.None, CultureInfo.InvariantCulture, out int index)
                    ? JinjaInteger.Of(index)
                    : JinjaString.Template(key));
                at = close + 1;
            }
        }

        return value;
    }

    private JinjaValue Argument(string name)
    {
        bool isNumber = int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out int index);
        if (!isNumber && name.Length > 0)
        {
            return _arguments.Find(name) ?? throw JinjaException.Operation($"format() has no argument '{name}'");
        }

        if (isNumber ? _automatic > 0 : _numbered)
        {
            throw JinjaException.Operation("cannot mix manual and automatic field numbering");
        }

        _numbered |= isNumber;
        index = isNumber ? index : _automatic++;
        return index < _arguments.Positional.Count
            ? _arguments.Positional[index]
            : throw JinjaException.Operation($"Replacement index {index} out of range for positional args tuple");
    }

    private JinjaValue Convert(JinjaValue value, char conversion)
    {
        switch (conversion)
        {
            case 's':
                return value.ToText(_state);
            case 'r' or 'a':
                JinjaStringBuilder builder = new(_state.Budget);
                value.WriteRepr(builder, 0);
                return builder.ToValue();
            default:
                throw JinjaException.Operation($"Unknown conversion specifier '{conversion}'");
        }
    }
}
