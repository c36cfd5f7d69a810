using System.Globalization;
using System.Text;

namespace Jevons.Tokenization.ChatTemplates.Jinja.Values;

/// <summary>Python's <c>repr</c> of a string.</summary>
internal static class StringRepr
{
    /// <summary>
    /// Appends the quoted form: single quotes unless the text has single quotes and no double quotes; backslashes, control
    /// and other unprintable characters escaped. Escapes keep the origin of the character they stand for.
    /// </summary>
    public static void Write(JinjaString value, JinjaStringBuilder target)
    {
        string text = value.Text;
        char quote = text.Contains('\'', StringComparison.Ordinal) && !text.Contains('"', StringComparison.Ordinal) ? '"' : '\'';
        if (value.IsMarkup)
        {
            target.Append("Markup(", isContent: false);
        }

        target.Append(quote, isContent: false);
        int copied = 0;
        for (int at = 0; at < text.Length;)
        {
            int width = value.WidthAt(at);
            string? escape = Escape(text, at, width, quote);
            if (escape is not null)
            {
                target.Append(value, copied, at - copied);
                target.Append(escape, value.Content.Contains(at));
                copied = at + width;
            }

            at += width;
        }

        target.Append(value, copied, text.Length - copied);
        target.Append(quote, isContent: false);
        if (value.IsMarkup)
        {
            target.Append(')', isContent: false);
        }
    }

    private static string? Escape(string text, int at, int width, char quote)
    {
        char c = text[at];
        switch (c)
        {
            case '\\':
                return "\\\\";
            case '\n':
                return "\\n";
            case '\r':
                return "\\r";
            case '\t':
                return "\\t";
            case >= ' ' and < '\x7f':
                return c == quote ? "\\" + quote : null;
        }

        Rune? rune = width == 2 ? new Rune(c, text[at + 1]) : char.IsSurrogate(c) ? null : new Rune(c);
        if (rune is { } known && PythonText.IsPrintable(known))
        {
            return null;
        }

        int code = rune?.Value ?? c;
        string format = code <= 0xFF ? "x2" : code <= 0xFFFF ? "x4" : "x8";
        string prefix = code <= 0xFF ? "\\x" : code <= 0xFFFF ? "\\u" : "\\U";
        return prefix + code.ToString(format, CultureInfo.InvariantCulture);
    }
}
