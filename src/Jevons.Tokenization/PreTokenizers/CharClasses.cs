using System.Globalization;
using System.Runtime.CompilerServices;

namespace Jevons.Tokenization;

/// <summary>
/// Character classes of UTF-8 text, supplementary planes included. The text must be valid UTF-8 and positions must be at the
/// first byte of a code point: the tokenizer transcodes what it is given (an unpaired surrogate becomes U+FFFD), so it is.
/// </summary>
internal static class CharClasses
{
    private static readonly byte[] s_plane0 = MakePlane0();

    /// <summary>The class of the code point at a position.</summary>
    /// <param name="utf8">Valid UTF-8.</param>
    /// <param name="position">The first byte of a code point.</param>
    /// <param name="length">The code point's length in bytes, 1 to 4.</param>
    /// <returns>Its classes.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static CharClass At(ReadOnlySpan<byte> utf8, int position, out int length)
    {
        byte first = utf8[position];
        if (first < 0x80)
        {
            length = 1;
            return (CharClass)s_plane0[first];
        }

        return OfCodePoint(CodePointAt(utf8, position, out length));
    }

    /// <summary>The code point at a position.</summary>
    /// <param name="utf8">Valid UTF-8.</param>
    /// <param name="position">The first byte of a code point.</param>
    /// <param name="length">Its length in bytes, 1 to 4.</param>
    /// <returns>The code point.</returns>
    public static int CodePointAt(ReadOnlySpan<byte> utf8, int position, out int length)
    {
        byte first = utf8[position];
        switch (first)
        {
            case < 0x80:
                length = 1;
                return first;
            case < 0xE0:
                length = 2;
                return ((first & 0x1F) << 6) | (utf8[position + 1] & 0x3F);
            case < 0xF0:
                length = 3;
                return ((first & 0x0F) << 12) | ((utf8[position + 1] & 0x3F) << 6) | (utf8[position + 2] & 0x3F);
            default:
                length = 4;
                return ((first & 0x07) << 18) | ((utf8[position + 1] & 0x3F) << 12) | ((utf8[position + 2] & 0x3F) << 6)
                    | (utf8[position + 3] & 0x3F);
        }
    }

    /// <summary>The class of a code point.</summary>
    /// <param name="codePoint">A Unicode scalar value.</param>
    /// <returns>Its classes.</returns>
    public static CharClass OfCodePoint(int codePoint) =>
        codePoint < s_plane0.Length ? (CharClass)s_plane0[codePoint] : OfCategory(CharUnicodeInfo.GetUnicodeCategory(codePoint));

    /// <summary>The first position at or after <paramref name="position"/> whose class is not among those given.</summary>
    public static int SkipWhile(ReadOnlySpan<byte> utf8, int position, CharClass any)
    {
        while (position < utf8.Length && (At(utf8, position, out int length) & any) != 0)
        {
            position += length;
        }

        return position;
    }

    /// <summary>The first position at or after <paramref name="position"/> whose class is among those given.</summary>
    public static int SkipUntil(ReadOnlySpan<byte> utf8, int position, CharClass any)
    {
        while (position < utf8.Length && (At(utf8, position, out int length) & any) == 0)
        {
            position += length;
        }

        return position;
    }

    /// <summary>True where a code point of one of the classes starts at a position inside the text.</summary>
    public static bool Is(ReadOnlySpan<byte> utf8, int position, CharClass any) =>
        position < utf8.Length && (At(utf8, position, out _) & any) != 0;

    private static byte[] MakePlane0()
    {
        byte[] table = new byte[0x10000];
        for (int i = 0; i < table.Length; i++)
        {
            char c = (char)i;
            CharClass value = OfCategory(CharUnicodeInfo.GetUnicodeCategory(c));
            value |= char.IsWhiteSpace(c) ? CharClass.Space : CharClass.None;
            value |= c is '\r' or '\n' ? CharClass.LineBreak : CharClass.None;
            table[i] = (byte)value;
        }

        return table;
    }

    private static CharClass OfCategory(UnicodeCategory category) => category switch
    {
        <= UnicodeCategory.OtherLetter => CharClass.Letter,
        <= UnicodeCategory.EnclosingMark => CharClass.Mark,
        <= UnicodeCategory.OtherNumber => CharClass.Number,
        >= UnicodeCategory.ConnectorPunctuation and <= UnicodeCategory.OtherPunctuation => CharClass.Punctuation,
        >= UnicodeCategory.MathSymbol and <= UnicodeCategory.OtherSymbol => CharClass.Symbol,
        _ => CharClass.None,
    };
}
