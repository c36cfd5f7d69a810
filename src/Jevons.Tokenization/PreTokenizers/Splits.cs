using static Jevons.Tokenization.CharClass;
using static Jevons.Tokenization.CharClasses;

namespace Jevons.Tokenization;

/// <summary>
/// The parts that the splitting regexes share. Alternatives are tried in the regex's order and each takes what a
/// backtracking engine would take; every function is linear in the length of its match.
/// </summary>
internal static class Splits
{
    /// <summary><c>\p{N}</c>: one numeral.</summary>
    public static int OneNumber(ReadOnlySpan<byte> piece, int position) => Numbers(piece, position, 1);

    /// <summary><c>\p{N}{1,3}</c>: up to three numerals, grouped from the left.</summary>
    public static int UpToThreeNumbers(ReadOnlySpan<byte> piece, int position) => Numbers(piece, position, 3);

    /// <summary><c>\p{N}+</c>: a run of numerals.</summary>
    public static int AllNumbers(ReadOnlySpan<byte> piece, int position) => Numbers(piece, position, int.MaxValue);

    /// <summary><c>\p{N}{1,most}</c>, or how far away the next numeral is.</summary>
    public static int Numbers(ReadOnlySpan<byte> piece, int position, int most)
    {
        int end = position;
        for (int count = 0; count < most && end < piece.Length && (At(piece, end, out int length) & Number) != 0; count++)
        {
            end += length;
        }

        return end > position ? end - position : position - SkipUntil(piece, position, Number);
    }

    /// <summary><c>[\r\n]</c>: one line break.</summary>
    public static int OneLineBreak(ReadOnlySpan<byte> piece, int position)
    {
        int next = piece[position..].IndexOfAny((byte)'\r', (byte)'\n');
        return next == 0 ? 1 : next > 0 ? -next : position - piece.Length;
    }

    /// <summary><c>\s+$</c>: white space that reaches the end of the piece.</summary>
    public static int SpaceAtEnd(ReadOnlySpan<byte> piece, int position)
    {
        int end = SkipWhile(piece, position, Space);
        return end == piece.Length ? end - position : position - SkipUntil(piece, end, Space);
    }

    /// <summary><c>\s?C+</c>: a run of one class with one white space character before it.</summary>
    public static int Run(ReadOnlySpan<byte> piece, int position, CharClass any)
    {
        CharClass first = At(piece, position, out int length);
        int start = (first & Space) != 0 ? position + length : position;
        int end = SkipWhile(piece, start, any);
        return end > start ? end - position : -length;
    }

    /// <summary><c>[…]+</c> or <c>\s?[…]+</c> over a set of code points.</summary>
    public static int Run(ReadOnlySpan<byte> piece, int position, RuneSet set, bool takesSpace)
    {
        CharClass first = At(piece, position, out int length);
        int start = takesSpace && (first & Space) != 0 ? position + length : position;
        int end = start;
        while (end < piece.Length && set.Contains(CodePointAt(piece, end, out int width)))
        {
            end += width;
        }

        if (end == start && start > position && set.Contains(CodePointAt(piece, position, out _)))
        {
            // The white space itself may be a member (U+3000): the optional part then matches nothing.
            return length;
        }

        return end > start ? end - position : -length;
    }

    /// <summary>
    /// <c>\s+(?!\S)|\s+</c>: a run of white space, less its last character if something else follows (that one goes with what
    /// follows), unless it is the only one.
    /// </summary>
    /// <param name="piece">The piece.</param>
    /// <param name="position">A white space character.</param>
    /// <returns>The length, above 0.</returns>
    public static int Blanks(ReadOnlySpan<byte> piece, int position)
    {
        int end = SkipWhile(piece, position, Space);
        if (end == piece.Length)
        {
            return end - position;
        }

        int last = end - 1;
        while ((piece[last] & 0xC0) == 0x80)
        {
            last--;
        }

        return last > position ? last - position : end - position;
    }

    /// <summary>
    /// <c>\s*[\r\n]+|\s+(?!\S)|\s+</c>: white space up to and with the last line break of its run, else as <see cref="Blanks"/>.
    /// </summary>
    /// <param name="piece">The piece.</param>
    /// <param name="position">A white space character.</param>
    /// <returns>The length, above 0.</returns>
    public static int LinesOrBlanks(ReadOnlySpan<byte> piece, int position)
    {
        int end = SkipWhile(piece, position, Space);
        int last = piece[position..end].LastIndexOfAny((byte)'\r', (byte)'\n');
        return last >= 0 ? last + 1 : Blanks(piece, position);
    }

    /// <summary><c>'s|'t|'re|'ve|'m|'ll|'d</c>: an English contraction.</summary>
    /// <param name="piece">The piece.</param>
    /// <param name="position">An apostrophe.</param>
    /// <param name="ignoreCase"><c>(?i:…)</c>: upper case too, and U+017F, which folds to s.</param>
    /// <returns>The length, or 0.</returns>
    public static int Contraction(ReadOnlySpan<byte> piece, int position, bool ignoreCase)
    {
        ReadOnlySpan<byte> rest = piece[(position + 1)..];
        if (rest.IsEmpty)
        {
            return 0;
        }

        if (ignoreCase && rest.Length >= 2 && rest[0] == 0xC5 && rest[1] == 0xBF)
        {
            return 3;
        }

        int fold = ignoreCase ? 0x20 : 0;
        switch (rest[0] | fold)
        {
            case 's' or 't' or 'm' or 'd':
                return 2;
            case 'r' or 'v' when rest.Length > 1 && (rest[1] | fold) == 'e':
            case 'l' when rest.Length > 1 && (rest[1] | fold) == 'l':
                return 3;
            default:
                return 0;
        }
    }
}
