using Jevons.Tokenization;

namespace Jevons.Inference.Tests;

public class OutputParserTests
{
    private static (string Thinking, string Answer, OutputParser Parser, List<PartDelta> Deltas) Parse(
        string output, bool startsInThinking = false, bool tagsAreText = false, string[]? stop = null, Tokenizer? tokenizer = null)
    {
        tokenizer ??= tagsAreText ? TinyTokenizer.WithoutTags : TinyTokenizer.WithTags;
        ThinkingTags? tags = ThinkingTags.Find(tokenizer, tagsAreText ? "...</think>..." : null);
        OutputParser parser = new(new StreamingDetokenizer(tokenizer), tags, startsInThinking, stop ?? []);
        List<PartDelta> deltas = [];
        foreach (int token in tokenizer.Encode(output, parseSpecial: true, addBos: false))
        {
            if (parser.Push(token, deltas) == TokenVerdict.Stop)
            {
                break;
            }
        }

        parser.Finish(deltas);
        string thinking = "";
        string answer = "";
        foreach (PartDelta delta in deltas)
        {
            if (delta.MovesAnswerToThinking)
            {
                (thinking, answer) = (answer, "");
            }
            else if (delta.Kind == PartKind.Thinking)
            {
                thinking += delta.Text;
            }
            else
            {
                answer += delta.Text;
            }
        }

        return (thinking, answer, parser, deltas);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void ThinkingAndAnswer_AreSplitAtTheTags(bool tagsAreText)
    {
        (string thinking, string answer, OutputParser parser, _) = Parse("<think>\nLet me see.\n\nYes.\n</think>\n\nIt is 4.\n", tagsAreText: tagsAreText);
        Assert.Equal("Let me see.\n\nYes.", thinking);
        Assert.Equal("It is 4.\n", answer);
        Assert.True(parser.HasThought);
        Assert.False(parser.IsThinking);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void APromptThatOpenedThinking_StartsInIt(bool tagsAreText)
    {
        (string thinking, string answer, _, _) = Parse("Hm.\n</think>\n\n4", startsInThinking: true, tagsAreText: tagsAreText);
        Assert.Equal("Hm.", thinking);
        Assert.Equal("4", answer);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void ThinkingThatIsNeverClosed_StaysThinking(bool tagsAreText)
    {
        (string thinking, string answer, OutputParser parser, _) = Parse("<think>\nand so on </thi", tagsAreText: tagsAreText);
        Assert.Equal("and so on </thi", thinking);
        Assert.Equal("", answer);
        Assert.True(parser.IsThinking);
    }

    [Fact]
    public void AnEmptyThought_GivesNoPart()
    {
        (string thinking, string answer, _, List<PartDelta> deltas) = Parse("<think>\n\n</think>\n\nHello");
        Assert.Equal("", thinking);
        Assert.Equal("Hello", answer);
        Assert.All(deltas, d => Assert.Equal(PartKind.Answer, d.Kind));
    }

    [Fact]
    public void AClosingTagWithoutAnOpeningOne_MakesThinkingOfWhatCameBefore()
    {
        (string thinking, string answer, OutputParser parser, List<PartDelta> deltas) = Parse("So, 2 + 2.</think>\nFour</think>.");
        Assert.Equal("So, 2 + 2.", thinking);
        Assert.Equal("Four</think>.", answer);
        Assert.Equal("So, 2 + 2.".Length + 1, parser.ReasoningTokens);
        Assert.Single(deltas, d => d.MovesAnswerToThinking);
    }

    [Fact]
    public void AnOpeningTagAfterTheAnswerBegan_IsText()
    {
        (string thinking, string answer, _, _) = Parse("The tag is <think> and it opens.");
        Assert.Equal("", thinking);
        Assert.Equal("The tag is <think> and it opens.", answer);
    }

    [Fact]
    public void TagsSpelledInOrdinaryTokens_AreTextWhereTheVocabularyHasThemAsTokens()
    {
        OutputParser parser = new(new StreamingDetokenizer(TinyTokenizer.WithTags), ThinkingTags.Find(TinyTokenizer.WithTags, null), false, []);
        List<PartDelta> deltas = [];
        foreach (int token in TinyTokenizer.Bytes("<think>no</think>"))
        {
            parser.Push(token, deltas);
        }

        parser.Finish(deltas);
        Assert.Equal("<think>no</think>", string.Concat(deltas.Select(d => d.Text)));
        Assert.All(deltas, d => Assert.Equal(PartKind.Answer, d.Kind));
        Assert.Equal(0, parser.ReasoningTokens);
    }

    [Fact]
    public void AModelWithoutTags_HasOnlyAnAnswerGivenOutExactly()
    {
        Assert.Null(ThinkingTags.Find(TinyTokenizer.WithoutTags, "{{ messages }}"));
        OutputParser parser = new(new StreamingDetokenizer(TinyTokenizer.WithoutTags), null, false, []);
        List<PartDelta> deltas = [];
        foreach (int token in TinyTokenizer.Bytes("\n\n <think>x\n"))
        {
            parser.Push(token, deltas);
        }

        Assert.Equal("\n\n <think>x\n", string.Concat(deltas.Select(d => d.Text)));
    }

    [Fact]
    public void ReasoningTokens_CountThinkingAndItsTags()
    {
        Assert.Equal(2 + "\nabc".Length, Parse("<think>\nabc</think>xyz").Parser.ReasoningTokens);
        Assert.Equal("abc".Length + 1, Parse("abc</think>xyz", startsInThinking: true).Parser.ReasoningTokens);
        Assert.Equal(0, Parse("xyz").Parser.ReasoningTokens);
    }

    [Theory]
    [InlineData("one two three", "two", "one ")]
    [InlineData("aab", "ab", "a")]
    [InlineData("aaab", "aab", "a")]
    [InlineData("no match her", "here", "no match her")]
    [InlineData("stop", "stop", "")]
    [InlineData("naïve→ü end", "→ü", "naïve")]
    public void AStopString_IsCutExactly(string output, string stop, string expected)
    {
        (_, string answer, OutputParser parser, List<PartDelta> deltas) = Parse(output, stop: [stop]);
        Assert.Equal(expected, answer);
        Assert.Equal(output.Contains(stop, StringComparison.Ordinal) ? stop : null, parser.StopString);
        Assert.All(deltas, d => Assert.True(d.Text.Length > 0));
    }

    [Fact]
    public void TheEarliestStopString_Wins()
    {
        (_, string answer, OutputParser parser, _) = Parse("x User: y", stop: ["y", "User:"]);
        Assert.Equal("x ", answer);
        Assert.Equal("User:", parser.StopString);
    }

    [Fact]
    public void Thinking_IsNotSearchedForStopStrings()
    {
        (string thinking, string answer, OutputParser parser, _) = Parse("<think>\na\n\nb</think>\nc\n\nd", stop: ["\n\n"]);
        Assert.Equal("a\n\nb", thinking);
        Assert.Equal("c", answer);
        Assert.Equal("\n\n", parser.StopString);
    }

    [Fact]
    public void Deltas_NeverSplitACharacterAndNeverTakeBackText()
    {
        const string text = "<think>π ≈ 3.14 🧠</think>Ω = 🦊!";
        foreach (bool tagsAreText in new[] { false, true })
        {
            (string thinking, string answer, _, List<PartDelta> deltas) = Parse(text, tagsAreText: tagsAreText, stop: ["🦊🦊", "</end>"]);
            Assert.Equal("π ≈ 3.14 🧠", thinking);
            Assert.Equal("Ω = 🦊!", answer);
            Assert.DoesNotContain(deltas, d => d.Text.Contains('\uFFFD', StringComparison.Ordinal) || char.IsLowSurrogate(d.Text[0]));
        }
    }

    [Fact]
    public void TheEndOfThePrompt_TellsWhetherThinkingIsOpen()
    {
        ThinkingTags tokens = ThinkingTags.Find(TinyTokenizer.WithTags, null)!;
        Assert.True(tokens.IsOpenAtEnd(TinyTokenizer.WithTags, TinyTokenizer.WithTags.Encode("q<think>\n", parseSpecial: true)));
        Assert.False(tokens.IsOpenAtEnd(TinyTokenizer.WithTags, TinyTokenizer.WithTags.Encode("q<think>\n")));
        Assert.False(tokens.IsOpenAtEnd(TinyTokenizer.WithTags, TinyTokenizer.WithTags.Encode("<think>\n\n</think>\n\n", parseSpecial: true)));
        ThinkingTags text = ThinkingTags.Find(TinyTokenizer.WithoutTags, "</think>")!;
        Assert.True(text.IsOpenAtEnd(TinyTokenizer.WithoutTags, TinyTokenizer.WithoutTags.Encode("q<think>\n")));
        Assert.False(text.IsOpenAtEnd(TinyTokenizer.WithoutTags, TinyTokenizer.WithoutTags.Encode("q</think>\n")));
    }
}
