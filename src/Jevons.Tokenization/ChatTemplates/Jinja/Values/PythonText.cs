using System.Globalization;
using System.Text;

namespace Jevons.Tokenization.ChatTemplates.Jinja.Values;

/// <summary>Python's ideas of characters: what is a space, what is printable, how cases map.</summary>
internal static class PythonText
{
    /// <summary><c>str.isspace</c> of one character.</summary>
    public static bool IsSpace(char c) => char.IsWhiteSpace(c) || c is >= '\x1c' and <= '\x1f';

    /// <summary>Without leading and trailing space characters.</summary>
    public static ReadOnlySpan<char> Strip(ReadOnlySpan<char> text)
    {
        int start = 0;
        int end = text.Length;
        while (start < end && IsSpace(text[start]))
        {
            start++;
        }

        while (end > start && IsSpace(text[end - 1]))
        {
            end--;
        }

        return text[start..end];
    }

    /// <summary>True for the characters that <c>str.splitlines</c> splits at.</summary>
    public static bool IsLineBreak(char c) => c is >= '\n' and <= '\r' or >= '\x1c' and <= '\x1e' or '\x85' or '\u2028' or '\u2029';

    /// <summary>Letters, marks of digits and underscores: the regular expression class <c>\w</c>.</summary>
    public static bool IsWordCharacter(Rune rune) => rune.Value == '_' || IsAlphanumeric(rune);

    /// <summary><c>str.isalnum</c> of one character.</summary>
    public static bool IsAlphanumeric(Rune rune) => Rune.IsLetter(rune) || Rune.GetUnicodeCategory(rune)
        is UnicodeCategory.DecimalDigitNumber or UnicodeCategory.LetterNumber or UnicodeCategory.OtherNumber;

    /// <summary><c>str.isprintable</c> of one character: what <c>repr</c> does not escape.</summary>
    public static bool IsPrintable(Rune rune) => rune.Value == ' ' || Rune.GetUnicodeCategory(rune)
        is not (UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.Surrogate or UnicodeCategory.PrivateUse
            or UnicodeCategory.OtherNotAssigned or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator
            or UnicodeCategory.SpaceSeparator);

    /// <summary>True for characters with a case.</summary>
    public static bool IsCased(Rune rune) =>
        Rune.IsUpper(rune) || Rune.IsLower(rune) || Rune.GetUnicodeCategory(rune) == UnicodeCategory.TitlecaseLetter;

    /// <summary>The upper case of one character; some have more than one (Unicode SpecialCasing).</summary>
    public static string Upper(Rune rune) => rune.Value switch
    {
        0x00DF => "SS",
        0x0149 => "\u02BCN",
        0x01F0 => "J\u030C",
        0xFB00 => "FF",
        0xFB01 => "FI",
        0xFB02 => "FL",
        0xFB03 => "FFI",
        0xFB04 => "FFL",
        0xFB05 or 0xFB06 => "ST",
        _ => Rune.ToUpperInvariant(rune).ToString(),
    };

    /// <summary>The title case of one character.</summary>
    public static string Title(Rune rune)
    {
        // The digraphs of Latin have a title case of their own: of each three, the middle one.
        if (rune.Value is (>= 0x01C4 and <= 0x01CC) or (>= 0x01F1 and <= 0x01F3))
        {
            int first = rune.Value >= 0x01F1 ? 0x01F1 : 0x01C4;
            return ((char)(rune.Value - ((rune.Value - first) % 3) + 1)).ToString();
        }

        string upper = Upper(rune);
        return upper.Length <= 1 || Rune.ToUpperInvariant(rune).ToString() == upper
            ? upper
            : upper[0] + upper[1..].ToLowerInvariant();
    }

    /// <summary>The lower case of one character.</summary>
    public static string Lower(Rune rune) => rune.Value == 0x0130 ? "i\u0307" : Rune.ToLowerInvariant(rune).ToString();

    /// <summary>
    /// The order of two strings by code points. UTF-16 order differs from it only where a surrogate meets a character above
    /// the surrogates.
    /// </summary>
    public static int Compare(string left, string right)
    {
        int common = left.AsSpan().CommonPrefixLength(right);
        if (common == left.Length || common == right.Length)
        {
            return left.Length.CompareTo(right.Length);
        }

        char a = left[common];
        char b = right[common];
        return char.IsSurrogate(a) != char.IsSurrogate(b) ? (char.IsSurrogate(a) ? 1 : -1) : a.CompareTo(b);
    }
}
