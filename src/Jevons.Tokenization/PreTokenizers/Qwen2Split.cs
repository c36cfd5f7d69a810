using static Jevons.Tokenization.CharClass;
using static Jevons.Tokenization.CharClasses;

namespace Jevons.Tokenization;

/// <summary>Qwen 2 and 3 (one numeral a piece) and Llama 3 (up to three).</summary>
internal static class Qwen2Split
{
    /// <summary>Qwen's regex.</summary>
    public const string Pattern =
        @"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+";

    /// <summary>Llama 3's regex.</summary>
    public const string Llama3Pattern =
        @"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+";

    /// <summary>
    /// <c>(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+</c>
    /// </summary>
    public static int Match(ReadOnlySpan<byte> piece, int position) => Match(piece, position, 1);

    /// <summary>The same with <c>\p{N}{1,3}</c> in place of <c>\p{N}</c>.</summary>
    public static int MatchLlama3(ReadOnlySpan<byte> piece, int position) => Match(piece, position, 3);

    /// <summary>Every position matches.</summary>
    private static int Match(ReadOnlySpan<byte> piece, int position, int mostNumbers)
    {
        byte first = piece[position];
        if (first == '\'' && Splits.Contraction(piece, position, ignoreCase: true) is > 0 and int contraction)
        {
            return contraction;
        }

        CharClass c = At(piece, position, out int length);
        int next = position + length;
        if ((c & Letter) != 0 || ((c & (LineBreak | Number)) == 0 && Is(piece, next, Letter)))
        {
            return SkipWhile(piece, next, Letter) - position;
        }

        if ((c & Number) != 0)
        {
            return Splits.Numbers(piece, position, mostNumbers);
        }

        int start = first == ' ' ? next : position;
        if (start < piece.Length && (At(piece, start, out int width) & (Space | Letter | Number)) == 0)
        {
            int end = SkipUntil(piece, start + width, Space | Letter | Number);
            return SkipWhile(piece, end, LineBreak) - position;
        }

        return Splits.LinesOrBlanks(piece, position);
    }
}
