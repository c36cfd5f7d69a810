using static Jevons.Tokenization.CharClass;
using static Jevons.Tokenization.CharClasses;

namespace Jevons.Tokenization;

/// <summary>DeepSeek-V3 and R1: numerals by up to three, Chinese and Japanese runs, then words and signs.</summary>
internal static class DeepSeekV3Split
{
    /// <summary>The second stage: <c>[一-龥぀-ゟ゠-ヿ]+</c> (U+4E00–9FA5, U+3040–309F, U+30A0–30FF).</summary>
    public const string CjkPattern = "[\u4E00-\u9FA5\u3040-\u309F\u30A0-\u30FF]+";

    /// <summary>The third stage.</summary>
    public const string WordPattern =
        @"[!""#$%&'()*+,\-./:;<=>?@\[\\\]^_`{|}~][A-Za-z]+|"
        + @"[^\r\n\p{L}\p{P}\p{S}]?[\p{L}\p{M}]+| ?[\p{P}\p{S}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+";

    private static readonly RuneSet s_cjk = RuneSet.Parse("\u4E00-\u9FA5\u3040-\u309F\u30A0-\u30FF");

    /// <summary><c>[一-龥぀-ゟ゠-ヿ]+</c></summary>
    public static int MatchCjk(ReadOnlySpan<byte> piece, int position) => Splits.Run(piece, position, s_cjk, takesSpace: false);

    /// <summary>
    /// <c>[ASCII sign][A-Za-z]+|[^\r\n\p{L}\p{P}\p{S}]?[\p{L}\p{M}]+| ?[\p{P}\p{S}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+</c>.
    /// Controls, unassigned code points and numerals that no letter follows match nothing.
    /// </summary>
    public static int MatchWord(ReadOnlySpan<byte> piece, int position)
    {
        byte first = piece[position];
        CharClass c = At(piece, position, out int length);
        int next = position + length;
        if (first < 0x80 && (c & (Punctuation | Symbol)) != 0 && next < piece.Length && char.IsAsciiLetter((char)piece[next]))
        {
            do
            {
                next++;
            }
            while (next < piece.Length && char.IsAsciiLetter((char)piece[next]));
            return next - position;
        }

        bool takesOne = (c & (LineBreak | Letter | Punctuation | Symbol)) == 0 && Is(piece, next, Letter | Mark);
        if (takesOne || (c & (Letter | Mark)) != 0)
        {
            return SkipWhile(piece, next, Letter | Mark) - position;
        }

        int start = first == ' ' ? next : position;
        if (Is(piece, start, Punctuation | Symbol))
        {
            return SkipWhile(piece, SkipWhile(piece, start, Punctuation | Symbol), LineBreak) - position;
        }

        return (c & Space) != 0 ? Splits.LinesOrBlanks(piece, position) : -length;
    }
}
