using static Jevons.Tokenization.CharClass;
using static Jevons.Tokenization.CharClasses;

namespace Jevons.Tokenization;

/// <summary>GPT-2: words with their blank, contractions, numbers, other signs, white space.</summary>
internal static class Gpt2Split
{
    /// <summary>The regex that this code is.</summary>
    public const string Pattern = @"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+";

    /// <summary>
    /// <c>'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+</c>. Every position matches.
    /// </summary>
    public static int Match(ReadOnlySpan<byte> piece, int position)
    {
        byte first = piece[position];
        if (first == '\'' && Splits.Contraction(piece, position, ignoreCase: false) is > 0 and int contraction)
        {
            return contraction;
        }

        int start = first == ' ' ? position + 1 : position;
        if (start == piece.Length)
        {
            return 1;
        }

        CharClass c = At(piece, start, out int length);
        int end = start + length;
        if ((c & Letter) != 0)
        {
            return SkipWhile(piece, end, Letter) - position;
        }

        if ((c & Number) != 0)
        {
            return SkipWhile(piece, end, Number) - position;
        }

        return (c & Space) == 0
            ? SkipUntil(piece, end, Space | Letter | Number) - position
            : Splits.Blanks(piece, position);
    }
}
