using System.Globalization;
using System.Text;

namespace Jevons.Tokenization.ChatTemplates.Jinja.Syntax;

/// <summary>String literals, with Python's escapes.</summary>
internal static class StringLiteral
{
    /// <summary>Reads the literal that starts at a quote and moves past it.</summary>
    public static Token Read(SourceText source, ref int at)
    {
        string text = source.Text;
        int start = at;
        char quote = text[at++];
        StringBuilder? value = null;
        int copied = at;
        while (true)
        {
            if (at >= text.Length)
            {
                throw source.Error(start, $"found a string that starts with {quote} and does not end");
            }

            if (text[at] == quote)
            {
                string tail = text[copied..at];
                at++;
                return new Token(TokenKind.String, value is null ? tail : value.Append(tail).ToString(), start);
            }

            if (text[at] != '\\')
            {
                at++;
                continue;
            }

            value ??= new StringBuilder();
            value.Append(text, copied, at - copied);
            Escape(source, ref at, value);
            copied = at;
        }
    }

    private static void Escape(SourceText source, ref int at, StringBuilder value)
    {
        string text = source.Text;
        int start = at;
        char c = at + 1 < text.Length ? text[at + 1] : throw source.Error(at, "found '\\' at the end of the template");
        at += 2;
        switch (c)
        {
            case '\n':
                break;
            case '\\' or '\'' or '"':
                value.Append(c);
                break;
            case 'a':
                value.Append('\a');
                break;
            case 'b':
                value.Append('\b');
                break;
            case 'f':
                value.Append('\f');
                break;
            case 'n':
                value.Append('\n');
                break;
            case 'r':
                value.Append('\r');
                break;
            case 't':
                value.Append('\t');
                break;
            case 'v':
                value.Append('\v');
                break;
            case >= '0' and <= '7':
                int octal = c - '0';
                for (int digits = 1; digits < 3 && at < text.Length && text[at] is >= '0' and <= '7'; digits++)
                {
                    octal = (octal * 8) + text[at++] - '0';
                }

                value.Append((char)octal);
                break;
            case 'x' or 'u' or 'U':
                int length = c == 'x' ? 2 : c == 'u' ? 4 : 8;
                if (at + length > text.Length || !int.TryParse(
                    text.AsSpan(at, length), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out int code)
                    || (code > 0xFFFF && !Rune.IsValid(code)) || code < 0)
                {
                    throw source.Error(start, $"'\\{c}' in a string needs {length} hexadecimal digits of a character");
                }

                at += length;
                _ = code <= 0xFFFF ? value.Append((char)code) : value.Append(new Rune(code).ToString());
                break;
            case 'N':
                throw source.Error(start, "characters by name, '\\N{...}', are not supported; write '\\u' with the code");
            default:
                // An escape without a meaning stands for itself, backslash included.
                value.Append('\\').Append(c);
                break;
        }
    }
}
