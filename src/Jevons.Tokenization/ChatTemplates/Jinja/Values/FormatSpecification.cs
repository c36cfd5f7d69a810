using System.Globalization;
using System.Numerics;
using System.Text;
using Jevons.Tokenization.ChatTemplates.Jinja.Rendering;

namespace Jevons.Tokenization.ChatTemplates.Jinja.Values;

/// <summary>
/// Python's format specification: <c>[[fill]align][sign][#][0][width][grouping][.precision][type]</c>, for strings, integers
/// and floats.
/// </summary>
internal sealed class FormatSpecification
{
    private const int MaxPrecision = 1000;

    /// <summary>The character that fills up to the width.</summary>
    public Rune Fill { get; init; } = new(' ');

    /// <summary>One of <c>&lt; &gt; ^ =</c>, or 0 for the type's own.</summary>
    public char Align { get; init; }

    /// <summary>One of <c>+ - </c> and space.</summary>
    public char Sign { get; init; } = '-';

    /// <summary>The <c>#</c> flag: a base prefix.</summary>
    public bool Alternate { get; init; }

    /// <summary>The least number of code points.</summary>
    public int Width { get; init; }

    /// <summary>The thousands separator, or 0.</summary>
    public char Grouping { get; init; }

    /// <summary>Digits after the point, or the most characters of a string; -1 when not given.</summary>
    public int Precision { get; init; } = -1;

    /// <summary>The presentation type, or 0.</summary>
    public char Type { get; init; }

    /// <summary>Reads a specification.</summary>
    public static FormatSpecification Parse(string text)
    {
        int at = 0;
        Rune? given = null;
        char align = '\0';
        if (text.Length > 0 && Rune.DecodeFromUtf16(text, out Rune first, out int width) == System.Buffers.OperationStatus.Done
            && text.Length > width && IsAlign(text[width]))
        {
            (given, align, at) = (first, text[width], width + 1);
        }
        else if (text.Length > 0 && IsAlign(text[0]))
        {
            (align, at) = (text[0], 1);
        }

        char sign = at < text.Length && text[at] is '+' or '-' or ' ' ? text[at++] : '-';
        bool alternate = at < text.Length && text[at] == '#';
        at += alternate ? 1 : 0;
        if (at < text.Length && text[at] == '0')
        {
            at++;
            given ??= new Rune('0');
            align = align == '\0' ? '=' : align;
        }

        int fieldWidth = ReadNumber(text, ref at) ?? 0;
        char grouping = at < text.Length && text[at] is ',' or '_' ? text[at++] : '\0';
        int precision = -1;
        if (at < text.Length && text[at] == '.')
        {
            at++;
            precision = ReadNumber(text, ref at) ?? throw JinjaException.Operation("Format specifier missing precision");
        }

        char type = at < text.Length ? text[at++] : '\0';
        if (at < text.Length)
        {
            throw JinjaException.Operation($"Invalid format specifier '{(text.Length > 80 ? text[..80] : text)}'");
        }

        return new FormatSpecification
        {
            Fill = given ?? new Rune(' '),
            Align = align,
            Sign = sign,
            Alternate = alternate,
            Width = fieldWidth,
            Grouping = grouping,
            Precision = precision,
            Type = type,
        };
    }

    /// <summary><c>format(value, specification)</c>.</summary>
    public JinjaString Apply(RenderState state, JinjaValue value)
    {
        switch (value)
        {
            case JinjaString when Type is '\0' or 's':
                JinjaString text = value.ToText(state);
                if (Precision >= 0 && Precision < text.Length)
                {
                    text = text.SubstringUtf16(0, text.Utf16Index(Precision), state);
                }

                return Pad(state, text, '<');
            case JinjaInteger or JinjaBoolean when Type is '\0' or 'd' or 'n' or 'x' or 'X' or 'o' or 'b' or 'c':
                _ = Numbers.TryInteger(value, out BigInteger integer);
                return Type == 'c' ? Pad(state, Character(integer), '<') : PadNumber(state, integer.Sign < 0, Integer(integer));
            case JinjaInteger or JinjaBoolean or JinjaFloat when Type is '\0' or 'e' or 'E' or 'f' or 'F' or 'g' or 'G' or 'n' or '%':
                double number = Numbers.ToDouble(value);
                return PadNumber(state, double.IsNegative(number), Float(Math.Abs(number)));
            case JinjaUndefined:
                return Pad(state, JinjaString.Empty, '<');
            default:
                throw JinjaException.Operation(Type == '\0'
                    ? $"unsupported format string passed to {value.TypeName}.__format__"
                    : $"Unknown format code '{Type}' for object of type '{value.TypeName}'");
        }
    }

    private static bool IsAlign(char c) => c is '<' or '>' or '^' or '=';

    private static int? ReadNumber(string text, ref int at)
    {
        int start = at;
        while (at < text.Length && char.IsAsciiDigit(text[at]))
        {
            at++;
        }

        return at == start
            ? null
            : int.TryParse(text.AsSpan(start, at - start), NumberStyles.None, CultureInfo.InvariantCulture, out int number)
                ? number
                : throw JinjaException.Operation("Too many decimal digits in format string");
    }

    private static JinjaString Character(BigInteger code) => code.Sign >= 0 && code <= 0x10FFFF && Rune.IsValid((int)code)
        ? JinjaString.Template(new Rune((int)code).ToString())
        : throw JinjaException.Operation("%c arg not in range(0x110000)");

    private string Integer(BigInteger value)
    {
        BigInteger magnitude = BigInteger.Abs(value);
        (int numberBase, string prefix) = Type switch
        {
            'x' => (16, "0x"),
            'X' => (16, "0X"),
            'o' => (8, "0o"),
            'b' => (2, "0b"),
            _ => (10, ""),
        };
        string digits = numberBase == 10 ? magnitude.ToString(CultureInfo.InvariantCulture) : Digits(magnitude, numberBase);
        digits = Type == 'X' ? digits.ToUpperInvariant() : digits;
        return (Alternate ? prefix : "") + Group(digits, numberBase == 10 ? 3 : 4);
    }

    private static string Digits(BigInteger value, int numberBase)
    {
        StringBuilder digits = new();
        do
        {
            value = BigInteger.DivRem(value, numberBase, out BigInteger digit);
            digits.Insert(0, "0123456789abcdef"[(int)digit]);
        }
        while (!value.IsZero);
        return digits.ToString();
    }

    private string Float(double magnitude)
    {
        if (!double.IsFinite(magnitude))
        {
            string name = double.IsNaN(magnitude) ? "nan" : "inf";
            return char.IsAsciiLetterUpper(Type) ? name.ToUpperInvariant() : name;
        }

        if (Precision > MaxPrecision)
        {
            throw JinjaException.Limit($"a format asks for more than {MaxPrecision} digits");
        }

        string text = Type switch
        {
            '\0' when Precision < 0 => FloatText.Repr(magnitude),
            '\0' => FloatDigits.General(magnitude, Precision, keepPoint: true),
            'f' or 'F' => FloatDigits.Fixed(magnitude, Precision < 0 ? 6 : Precision),
            'e' or 'E' => FloatDigits.Scientific(magnitude, Precision < 0 ? 6 : Precision),
            '%' => FloatDigits.Fixed(magnitude * 100, Precision < 0 ? 6 : Precision) + "%",
            _ => FloatDigits.General(magnitude, Precision < 0 ? 6 : Precision, keepPoint: false),
        };
        text = char.IsAsciiLetterUpper(Type) ? text.ToUpperInvariant() : text;
        int whole = 0;
        while (whole < text.Length && char.IsAsciiDigit(text[whole]))
        {
            whole++;
        }

        return Group(text[..whole], 3) + text[whole..];
    }

    private string Group(string digits, int size)
    {
        if (Grouping == '\0')
        {
            return digits;
        }

        StringBuilder grouped = new(digits);
        for (int at = digits.Length - size; at > 0; at -= size)
        {
            grouped.Insert(at, Grouping);
        }

        return grouped.ToString();
    }

    private JinjaString PadNumber(RenderState state, bool negative, string magnitude)
    {
        string sign = negative ? "-" : Sign == '-' ? "" : Sign.ToString();
        if (Align != '=')
        {
            return Pad(state, JinjaString.Template(sign + magnitude), '>');
        }

        // Padding goes between the sign with its prefix and the digits.
        int prefix = Alternate && magnitude.Length > 2 && char.IsAsciiLetter(magnitude[1]) ? 2 : 0;
        JinjaStringBuilder builder = new(state.Budget);
        builder.Append(sign, isContent: false);
        builder.Append(magnitude.AsSpan(0, prefix), isContent: false);
        TextTrim.Fill(builder, JinjaString.Template(Fill.ToString()), Width - (long)sign.Length - magnitude.Length);

        builder.Append(magnitude.AsSpan(prefix), isContent: false);
        return builder.ToValue();
    }

    private JinjaString Pad(RenderState state, JinjaString text, char own)
    {
        char align = Align == '\0' ? own : Align;
        return align == '=' && text is { Text.Length: > 0 } && own == '<' && Fill.Value != '0'
            ? throw JinjaException.Operation("'=' alignment not allowed in string format specifier")
            : TextTrim.Pad(state, text, Width, JinjaString.Template(Fill.ToString()), align switch
            {
                '>' => static (padding, _) => padding,
                '^' => static (padding, _) => padding / 2,
                _ => static (_, _) => 0,
            });
    }
}
