using System.Text;

namespace Jevons.Tokenization.Tests;

/// <summary>Normalisation form C.</summary>
public sealed class NfcTests
{
    [Theory]
    [InlineData("e\u0301", "\u00E9")]
    [InlineData("a\u0308\u0304", "\u01DF")]
    [InlineData("a\u0323\u0307", "\u1EA1\u0307")]
    [InlineData("a\u0307\u0323", "\u1EA1\u0307")]
    [InlineData("q\u0307\u0323", "q\u0323\u0307")]
    [InlineData("\u212B\u2126\u212A", "\u00C5\u03A9K")]
    [InlineData("\u1100\u1161\u11A8", "\uAC01")]
    [InlineData("\uAC00\u11A8", "\uAC01")]
    [InlineData("\uAC01\u11A8", "\uAC01\u11A8")]
    [InlineData("\u0958", "\u0915\u093C")]
    [InlineData("\u2ADC", "\u2ADD\u0338")]
    [InlineData("\uF900", "\u8C48")]
    [InlineData("\U0001D15E", "\U0001D157\U0001D165")]
    [InlineData("\u0344", "\u0308\u0301")]
    [InlineData("x\u0301\u00E9", "x\u0301\u00E9")]
    public void Normalize_KnownText_IsItsFormC(string text, string expected)
    {
        Assert.Equal(expected, Normalize(text));
        Assert.Equal(expected, Normalize(expected));
    }

    [Fact]
    public void Normalize_EveryHangulSyllable_ComesBackFromItsParts()
    {
        for (int lead = 0; lead < 19; lead++)
        {
            for (int vowel = 0; vowel < 21; vowel++)
            {
                for (int trail = 0; trail < 28; trail++)
                {
                    string parts = $"{(char)(0x1100 + lead)}{(char)(0x1161 + vowel)}";
                    parts += trail == 0 ? string.Empty : $"{(char)(0x11A7 + trail)}";
                    Assert.Equal(((char)(0xAC00 + (((lead * 21) + vowel) * 28) + trail)).ToString(), Normalize(parts));
                }
            }
        }
    }

    [Fact]
    public void Normalize_ManyMarks_AreOrderedByClassAndStable()
    {
        string marks = string.Concat(Enumerable.Repeat("\u0301\u0323", 20_000));
        string normalized = Normalize("b" + marks);
        Assert.Equal("\u1E05" + new string('\u0323', 19_999) + new string('\u0301', 20_000), normalized);
    }

    [Fact]
    public void Normalize_NormalisedText_IsReturnedAsItIs()
    {
        byte[] text = Encoding.UTF8.GetBytes("naïve 日本語 한국어 😀");
        ByteBuffer buffer = new();
        Assert.True(Nfc.Normalize(text, buffer, []) == text);
    }

    private static string Normalize(string text) =>
        Encoding.UTF8.GetString(Nfc.Normalize(Encoding.UTF8.GetBytes(text), new ByteBuffer(), []));
}
