namespace Jevons.Tokenization;

/// <summary>DeepSeek-Coder: line breaks alone, letters, punctuation, CJK and Hangul, numerals.</summary>
internal static class DeepSeekCoderSplit
{
    /// <summary><c>\s?\p{L}+</c></summary>
    public static int MatchLetters(ReadOnlySpan<byte> piece, int position) => Splits.Run(piece, position, CharClass.Letter);

    /// <summary><c>\s?\p{P}+</c></summary>
    public static int MatchPunctuation(ReadOnlySpan<byte> piece, int position) => Splits.Run(piece, position, CharClass.Punctuation);
}
