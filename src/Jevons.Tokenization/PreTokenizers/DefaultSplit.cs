using static Jevons.Tokenization.CharClass;
using static Jevons.Tokenization.CharClasses;

namespace Jevons.Tokenization;

/// <summary>What llama.cpp does with a file that names no pre-tokenizer: signs, GPT-2's pieces, numerals by three ASCII digits.</summary>
internal static class DefaultSplit
{
    private static readonly RuneSet s_mathSigns = RuneSet.Parse("$+<=>^~|");

    /// <summary><c>[\p{P}\$\+&lt;=&gt;\^~\|]+</c>: punctuation and some ASCII symbols.</summary>
    public static int MatchSigns(ReadOnlySpan<byte> piece, int position)
    {
        int end = position;
        while (end < piece.Length && ((At(piece, end, out int length) & Punctuation) != 0 || s_mathSigns.Contains(piece[end])))
        {
            end += length;
        }

        if (end > position)
        {
            return end - position;
        }

        At(piece, position, out int skip);
        return -skip;
    }

    /// <summary><c>[0-9][0-9][0-9]</c></summary>
    public static int MatchThreeDigits(ReadOnlySpan<byte> piece, int position)
    {
        bool matches = position + 3 <= piece.Length && char.IsAsciiDigit((char)piece[position])
            && char.IsAsciiDigit((char)piece[position + 1]) && char.IsAsciiDigit((char)piece[position + 2]);
        At(piece, position, out int length);
        return matches ? 3 : -length;
    }
}
