using System.Globalization;
using System.Numerics;
using System.Text;
using Jevons.Tokenization.ChatTemplates.Jinja.Rendering;

namespace Jevons.Tokenization.ChatTemplates.Jinja.Values;

/// <summary><c>format % values</c>: printf-style formatting of a tuple, a dict or one value.</summary>
internal sealed class PercentFormat
{
    private readonly RenderState _state;
    private readonly JinjaString _format;
    private readonly JinjaValue _values;
    private int _at;
    private int _next;

    private PercentFormat(RenderState state, JinjaString format, JinjaValue values)
    {
        _state = state;
        _format = format;
        _values = values;
    }

    /// <summary>Formats.</summary>
    public static JinjaValue Apply(RenderState state, JinjaString format, JinjaValue values) =>
        new PercentFormat(state, format, values).Expand();

    private JinjaString Expand()
    {
        string text = _format.Text;
        JinjaStringBuilder builder = new(_state.Budget);
        while (_at < text.Length)
        {
            int percent = text.IndexOf('%', _at);
            int end = percent < 0 ? text.Length : percent;
            builder.Append(_format, _at, end - _at);
            _at = end + 1;
            if (percent < 0)
            {
                break;
            }

            if (_at < text.Length && text[_at] == '%')
            {
                builder.Append(_format, _at++, 1);
                continue;
            }

            JinjaString item = Item();
            builder.Append(_format.IsMarkup ? HtmlText.Escape(_state, item) : item);
        }

        // One value that has elements by key counts as a mapping, of which no entry need be used.
        int given = _values is JinjaTuple tuple ? tuple.Items.Count
            : _values is JinjaDict or JinjaList or JinjaRange or JinjaUndefined ? _next : 1;
        return given > _next
            ? throw JinjaException.Operation("not all arguments converted during string formatting")
            : builder.ToValue(_format.IsMarkup);
    }

    private JinjaString Item()
    {
        _state.Budget.Steps(1);
        string text = _format.Text;
        JinjaValue? keyed = null;
        if (Peek() == '(')
        {
            int close = text.IndexOf(')', _at);
            if (close < 0)
            {
                throw JinjaException.Operation("incomplete format key");
            }

            JinjaDict dict = _values as JinjaDict ?? throw JinjaException.Operation("format requires a mapping");
            string key = text[(_at + 1)..close];
            keyed = dict.Find(JinjaString.Template(key)) ?? throw JinjaException.Operation($"the dict to format has no key '{key}'");
            _at = close + 1;
        }

        int flagsStart = _at;
        while (Peek() is '-' or '+' or ' ' or '#' or '0')
        {
            _at++;
        }

        ReadOnlySpan<char> flags = text.AsSpan(flagsStart, _at - flagsStart);
        int width = Number() ?? 0;
        int precision = -1;
        if (Peek() == '.')
        {
            _at++;
            precision = Number() ?? 0;
        }

        while (Peek() is 'h' or 'l' or 'L')
        {
            _at++;
        }

        char type = Peek();
        if (type == '\0')
        {
            throw JinjaException.Operation("incomplete format");
        }

        _at++;
        bool left = flags.Contains('-') || width < 0;
        bool zero = flags.Contains('0') && !left && type is not ('s' or 'r' or 'a' or 'c');
        JinjaValue value = keyed ?? Next();
        FormatSpecification specification = new()
        {
            Align = left ? '<' : zero ? '=' : '>',
            Fill = new Rune(zero ? '0' : ' '),
            Sign = flags.Contains('+') ? '+' : flags.Contains(' ') ? ' ' : '-',
            Alternate = flags.Contains('#'),
            Width = Math.Abs(Math.Max(width, -int.MaxValue)),
            Precision = precision,
            Type = type switch
            {
                'i' or 'u' => 'd',
                'r' or 'a' => 's',
                _ => type,
            },
        };
        return specification.Apply(_state, Convert(value, type));
    }

    private JinjaValue Convert(JinjaValue value, char type)
    {
        switch (type)
        {
            case 's':
                return value.ToText(_state);
            case 'r' or 'a':
                JinjaStringBuilder builder = new(_state.Budget);
                value.WriteRepr(builder, 0);
                return builder.ToValue();
            case 'd' or 'i' or 'u':
                return value is JinjaFloat f ? JinjaInteger.Of(Numbers.Truncate(f.Value)) : RequireNumber(value, type);
            case 'x' or 'X' or 'o':
                return Numbers.TryInteger(value, out BigInteger integer)
                    ? JinjaInteger.Of(integer)
                    : throw JinjaException.Operation($"%{type} format: an integer is required, not {value.TypeName}");
            case 'e' or 'E' or 'f' or 'F' or 'g' or 'G':
                return new JinjaFloat(Numbers.ToDouble(RequireNumber(value, type)));
            case 'c':
                return value is JinjaString { Length: 1 } character
                    ? JinjaInteger.Of(character.RuneAt(0).Value)
                    : RequireNumber(value, type);
            default:
                throw JinjaException.Operation($"unsupported format character '{type}'");
        }
    }

    private static JinjaValue RequireNumber(JinjaValue value, char type) => Numbers.IsNumber(value)
        ? value
        : throw (value is JinjaUndefined undefined
            ? undefined.Error
            : JinjaException.Operation($"%{type} format: a real number is required, not {value.TypeName}"));

    private char Peek() => _at < _format.Text.Length ? _format.Text[_at] : '\0';

    private int? Number()
    {
        if (Peek() == '*')
        {
            _at++;
            return Numbers.ToInt32(Next(), "* in a format");
        }

        int start = _at;
        while (char.IsAsciiDigit(Peek()))
        {
            _at++;
        }

        return _at == start
            ? null
            : int.TryParse(_format.Text.AsSpan(start, _at - start), NumberStyles.None, CultureInfo.InvariantCulture, out int number)
                ? number
                : throw JinjaException.Operation("width too big");
    }

    private JinjaValue Next()
    {
        if (_values is not JinjaTuple tuple)
        {
            return _next++ == 0 ? _values : throw JinjaException.Operation("not enough arguments for format string");
        }

        return _next < tuple.Items.Count
            ? tuple.Items[_next++]
            : throw JinjaException.Operation("not enough arguments for format string");
    }
}
