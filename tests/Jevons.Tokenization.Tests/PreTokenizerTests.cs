using System.Text;
using System.Text.RegularExpressions;
using FsCheck;
using FsCheck.Fluent;

namespace Jevons.Tokenization.Tests;

/// <summary>
/// The hand-written splits are their regexes. The framework's regex engine is the oracle on text of plane 0, where it knows
/// every class; own cases cover the planes above.
/// </summary>
public sealed class PreTokenizerTests
{
    private const string Contractions = "(?:'[sS]|'[tT]|'[rR][eE]|'[vV][eE]|'[mM]|'[lL][lL]|'[dD])";

    // Pieces that meet at every border the regexes draw: letters of several scripts, marks, numerals, signs, blanks, controls.
    private static readonly string[] s_alphabet =
    [
        "a", "Z", "é", "ß", "я", "ﬁ", "中", "龥", "龦", "の", "カ", "ー", "가", "अ", "\u0301", "\u093F", "ª", "1", "7", "½", "Ⅷ", "٣",
        " ", " ", "  ",
        "\n", "\r\n", "\r", "\t", "\u00A0", "\u3000", "\u0085", "\u2028", ".", ",", "!", "'", "'s", "'LL", "'Ve", "'re",
        "-", "_", "$", "+", "<", "|", "^",
        "。", "！", "’", "“", "…", "～", "€", "©", "\u0000", "\u0007", "\u200B", "\uFEFF", "\uE000", "\u0378", "\u180E", "#include", "x=1",
    ];

    public static TheoryData<string> Names =>
        ["gpt-2", "smollm", "qwen2", "llama-bpe", "deepseek-v3", "deepseek-llm", "deepseek-coder", "default"];

    [Theory]
    [MemberData(nameof(Names))]
    public void Split_TextOfPlane0_CutsWhereTheRegexesCut(string name)
    {
        PreTokenizer splitter = PreTokenizers.Find(name).Splitter;
        Regex[] stages = Stages(name);
        Prop.ForAll(Texts(), text =>
        {
            string[] expected = Cut(text, stages);
            string[] actual = Pieces(splitter, text);
            Assert.True(expected.SequenceEqual(actual, StringComparer.Ordinal), $"{Show([text])}: {Show(actual)} is not {Show(expected)}");
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(3000).WithReplay(1, 1));
    }

    [Theory]
    [InlineData("gpt-2", "𠀀𠀁 𝟙𝟚 😀😀", "𠀀𠀁| 𝟙𝟚| 😀😀")]
    [InlineData("smollm", "x 𝟙𝟚", "x| |𝟙|𝟚")]
    [InlineData("qwen2", "😀𠀀 𝟙𝟚", "😀𠀀| |𝟙|𝟚")]
    [InlineData("llama-bpe", "𝟙𝟚𝟛𝟜", "𝟙𝟚𝟛|𝟜")]
    [InlineData("llama-bpe", "1234567", "123|456|7")]
    [InlineData("llama-bpe", "it'ſ", "it|'ſ")]
    [InlineData("deepseek-v3", "a 1234567 𝟙", "a| |123|456|7| |𝟙")]
    [InlineData("deepseek-v3", "あ𠀀😀", "あ|𠀀|😀")]
    [InlineData("deepseek-llm", "𐐀𐐁 𞤀 𝟙2", "𐐀𐐁| 𞤀| |𝟙|2")]
    [InlineData("deepseek-coder", "x𠀀 𝟙𝟙", "x𠀀| |𝟙|𝟙")]
    public void Split_TextAbovePlane0_KnowsItsClasses(string name, string text, string pieces) =>
        Assert.Equal(pieces.Split('|'), Pieces(PreTokenizers.Find(name).Splitter, text));

    [Fact]
    public void Find_UnknownName_NamesItAndThoseKnown()
    {
        InvalidDataException e = Assert.Throws<InvalidDataException>(() => PreTokenizers.Find("tekken"));
        Assert.Contains("'tekken'", e.Message, StringComparison.Ordinal);
        Assert.Contains("deepseek-v3", e.Message, StringComparison.Ordinal);
        Assert.Contains("llama-v3", e.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("llama3", "llama-bpe")]
    [InlineData("llama-v3", "llama-bpe")]
    [InlineData("deepseek-r1-qwen", "qwen2")]
    public void Find_Alias_IsTheSamePreTokenizer(string alias, string name) =>
        Assert.Same(PreTokenizers.Find(name), PreTokenizers.Find(alias));

    [Theory]
    [MemberData(nameof(Names))]
    public void Split_LongRunsOfOneCharacter_AreLinear(string name)
    {
        // A quadratic stage would not come back from these.
        PreTokenizer splitter = PreTokenizers.Find(name).Splitter;
        foreach (string unit in (string[])[" ", "\n", "a", "1", "!", "中", "\u0000", " \n", "\u3000", "'"])
        {
            string text = string.Concat(Enumerable.Repeat(unit, 300_000)) + "a";
            Assert.Equal(text.Length, Pieces(splitter, text).Sum(p => p.Length));
        }
    }

    internal static Arbitrary<string> Texts() =>
        Gen.Elements(s_alphabet).ListOf().Select(parts => string.Concat(parts)).Where(t => t.Length > 0).ToArbitrary();

    private static string[] Pieces(PreTokenizer splitter, string text)
    {
        byte[] utf8 = Encoding.UTF8.GetBytes(text);
        List<string> pieces = [];
        int start = 0;
        foreach (int end in splitter.Split(utf8, [], []))
        {
            Assert.True(end > start);
            pieces.Add(Encoding.UTF8.GetString(utf8.AsSpan(start..end)));
            start = end;
        }

        Assert.Equal(utf8.Length, start);
        return [.. pieces];
    }

    private static string[] Cut(string text, Regex[] stages)
    {
        List<string> pieces = [text];
        foreach (Regex stage in stages)
        {
            List<string> next = [];
            foreach (string piece in pieces)
            {
                int done = 0;
                foreach (ValueMatch match in stage.EnumerateMatches(piece))
                {
                    next.Add(piece[done..match.Index]);
                    next.Add(piece.Substring(match.Index, match.Length));
                    done = match.Index + match.Length;
                }

                next.Add(piece[done..]);
            }

            pieces = [.. next.Where(p => p.Length > 0)];
        }

        return [.. pieces];
    }

    /// <summary>The regexes with (?i:…) spelled out and $ as the very end, which the framework writes \z.</summary>
    private static Regex[] Stages(string name)
    {
        string[] patterns = name == "default"
            ? [@"[\p{P}\$\+<=>\^~\|]+", Gpt2Split.Pattern, @"\p{N}+", "[0-9][0-9][0-9]"]
            : PreTokenizers.Find(name).Patterns;
        return [.. patterns.Select(p => new Regex(
            p.Replace("(?i:'s|'t|'re|'ve|'m|'ll|'d)", Contractions, StringComparison.Ordinal)
                .Replace(@"\s+$", @"\s+\z", StringComparison.Ordinal)
                .Replace("\U00010400-\U0001044F", string.Empty, StringComparison.Ordinal)
                .Replace(SupplementaryLetters, string.Empty, StringComparison.Ordinal),
            RegexOptions.CultureInvariant))];
    }

    private static string SupplementaryLetters =>
        DeepSeekLlmSplit.CasedLetters[(DeepSeekLlmSplit.CasedLetters.IndexOf("\U0001044F", StringComparison.Ordinal) + 2)..];

    private static string Show(string[] pieces) => System.Text.Json.JsonSerializer.Serialize(pieces);
}
