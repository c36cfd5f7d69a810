using Jevons.Tokenization;

namespace Jevons.Inference.Tests;

public class SequenceBreakersTests
{
    // Tokens: a b c ab bc abc xab bcx, as GPT-2's vocabulary writes them.
    private static readonly string[] s_tokens = ["a", "b", "c", "ab", "bc", "abc", "xab", "bcx", "é"];

    private static readonly Tokenizer s_tokenizer = Tokenizer.Create(TokenizerDefinition.FromGguf(new GgufTokenizer
    {
        Model = "gpt2",
        Pre = "gpt-2",
        Tokens = s_tokens,
        TokenTypes = [.. s_tokens.Select(_ => 1)],
        Merges = [],
        AddBos = false,
    }));

    [Theory]
    [InlineData("b", "a|b", 0)]
    [InlineData("b", "a|ab|c|a", 2)]
    [InlineData("b", "a|a", 2)]
    [InlineData("abc", "a|b|c|a", 1)]
    [InlineData("abc", "ab|c|a|a", 2)]
    [InlineData("abc", "xab|c|a", 1)]
    [InlineData("abc", "a|bcx|a|a|a", 3)]
    [InlineData("abc", "a|bc", 0)]
    [InlineData("abc", "a|b", 2)]
    [InlineData("abc", "ab|b|c", 3)]
    [InlineData("abc", "abc|ab|c|ab|b", 2)]
    [InlineData("aab", "a|a|ab|c", 1)]
    public void TheTokensBehindTheLastText_AreCounted_HoweverItWasSplit(string text, string tokens, int expected)
    {
        int[] ids = [.. tokens.Split('|').Select(t => Array.IndexOf(s_tokens, t))];
        Assert.All(ids, id => Assert.True(id >= 0));
        Assert.Equal(expected, SequenceBreakers.Create([text], s_tokenizer).CountAfterLast(ids));
    }

    [Fact]
    public void TokensThatContainAText_AreBreakers()
    {
        SequenceBreakers breakers = SequenceBreakers.Create(["b", "xa"], s_tokenizer);
        Assert.Equal([1, 3, 4, 5, 6, 7], Enumerable.Range(0, s_tokens.Length).Where(breakers.IsBreaker));
        Assert.False(breakers.IsBreaker(1000));
    }

    [Fact]
    public void NoTexts_EndNothing() => Assert.Equal(3, SequenceBreakers.None.CountAfterLast([0, 1, 2]));

    [Fact]
    public void TheWorkspace_SearchesTheVocabularyOnceForEqualTexts()
    {
        SamplerWorkspace workspace = new(9, FakeRunner.Kernels, s_tokenizer);
        SequenceBreakers first = workspace.Breakers(["b", "c"]);
        Assert.Same(first, workspace.Breakers(["b", "c"]));
        Assert.NotSame(first, workspace.Breakers(["b"]));
        Assert.Same(SequenceBreakers.None, workspace.Breakers([]));
    }
}
