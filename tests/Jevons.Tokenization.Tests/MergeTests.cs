using FsCheck;
using FsCheck.Fluent;

namespace Jevons.Tokenization.Tests;

/// <summary>Merging against a plain quadratic version of itself, and its cost.</summary>
public sealed class MergeTests
{
    [Fact]
    public void Encode_RandomText_EqualsThePlainMergeLoop()
    {
        TokenizerDefinition definition = Definitions.ByteLevel(
            ["a a", "aa a", "b a", "a b", "ab ab", "c b", "aa b", "b b", "bb bb", "a bb", "aab aab", "c aab"]);
        Tokenizer tokenizer = Tokenizer.Create(definition);
        Prop.ForAll(Gen.Elements('a', 'b', 'c', 'd').ListOf().Select(l => string.Concat(l)).ToArbitrary(), text =>
        {
            Assert.Equal(PlainMerge(definition, text), tokenizer.Encode(text));
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(2000).WithReplay(2, 3));
    }

    [Fact]
    public void Encode_RandomTextBySentencePiece_EqualsThePlainMergeLoop()
    {
        string[] pieces = ["a", "b", "c", "▁", "aa", "ab", "▁a", "ba", "aab", "▁▁", "ab▁a", "bb", "abb", "b▁"];
        float[] scores = [0, 0, 0, 0, -1, -1, -2, -3, -4, -5, -1.5f, -2, -0.5f, -7];
        TokenizerDefinition definition = Definitions.Scored(pieces, scores);
        Tokenizer tokenizer = Tokenizer.Create(definition);
        Prop.ForAll(Gen.Elements('a', 'b', 'c', ' ').ListOf().Select(l => string.Concat(l)).ToArbitrary(), text =>
        {
            Assert.Equal(PlainScoredMerge(definition, text), tokenizer.Encode(text, addBos: false));
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(2000).WithReplay(4, 5));
    }

    [Theory]
    [InlineData("ab")]
    [InlineData("a")]
    public void Merge_OneWordOfAMillionBytes_TakesBoundedSteps(string unit)
    {
        const int Length = 1_000_000;
        TokenizerDefinition definition = Definitions.ByteLevel(["a a", "aa aa", "aaaa aaaa", "a b", "ab ab", "abab abab"]);
        Tokenizer tokenizer = Tokenizer.Create(definition);
        MergeList merges = EncodeScratch.Current.Merges;
        long before = merges.Steps;
        string text = string.Concat(Enumerable.Repeat(unit, Length / unit.Length));
        int[] ids = tokenizer.Encode(text);
        Assert.Equal(text, tokenizer.Decode(ids));

        // Every symbol enters the heap once at first and at most twice per merge, and there are fewer merges than symbols.
        Assert.InRange(EncodeScratch.Current.Merges.Steps - before, 1, 3L * Length);
    }

    [Fact]
    public void Merge_LongTextBySentencePiece_TakesBoundedSteps()
    {
        const int Length = 300_000;
        Tokenizer tokenizer = Tokenizer.Create(Definitions.Scored(["a", "b", "▁", "aa", "aaaa", "b▁a"], [0, 0, 0, -1, -2, -3]));
        long before = EncodeScratch.Current.Merges.Steps;
        string text = new('a', Length);
        Assert.Equal(text, tokenizer.Decode(tokenizer.Encode(text, addBos: false)));
        Assert.InRange(EncodeScratch.Current.Merges.Steps - before, 1, 3L * (Length + 1));
    }

    [Fact]
    public void Encode_IntoAGrownList_AllocatesNothing()
    {
        Tokenizer tokenizer = Tokenizers.Load("tokenizers", "deepseek_v3", "tokenizer.json");
        const string Text = "The quick brown fox's 12345 jumps — über die <｜User｜> Straße. 中文也可以\n\n"
            + "  and pneumonoultramicroscopicsilicovolcanoconiosis";
        List<int> ids = new(256);
        for (int i = 0; i < 50; i++)
        {
            ids.Clear();
            tokenizer.Encode(Text, ids);
        }

        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 100; i++)
        {
            ids.Clear();
            tokenizer.Encode(Text, ids);
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Fact]
    public void Encode_FromManyThreads_GivesTheSameIds()
    {
        Tokenizer tokenizer = Tokenizers.Load("models", "smollm2-135m-instruct", "SmolLM2-135M-Instruct.Q4_1.gguf");
        string[] texts = [.. Enumerable.Range(0, 200)
            .Select(i => $"Text number {i}: the {i * 7919} quick foxes' unremarkableness {i % 7}")];
        int[][] alone = [.. texts.Select(t => tokenizer.Encode(t))];
        Tokenizer shared = Tokenizer.Create(tokenizer.Definition);
        int[][] together = new int[texts.Length][];
        Parallel.For(0, texts.Length, i => together[i] = shared.Encode(texts[i]));
        Assert.Equal(alone, together);
    }

    private static int[] PlainMerge(TokenizerDefinition definition, string text)
    {
        List<string> symbols = [.. text.Select(c => c.ToString())];
        foreach (MergePair merge in Repeat(definition.Merges, symbols))
        {
            int at = Enumerable.Range(0, symbols.Count - 1).First(i => symbols[i] == merge.Left && symbols[i + 1] == merge.Right);
            symbols[at] += symbols[at + 1];
            symbols.RemoveAt(at + 1);
        }

        return [.. symbols.Select(s => definition.Tokens.ToList().IndexOf(s))];
    }

    /// <summary>The merge of lowest rank that is possible, again and again.</summary>
    private static IEnumerable<MergePair> Repeat(IReadOnlyList<MergePair> merges, List<string> symbols)
    {
        while (true)
        {
            MergePair[] possible = [.. merges
                .Where(m => Enumerable.Range(0, Math.Max(0, symbols.Count - 1)).Any(i => symbols[i] == m.Left && symbols[i + 1] == m.Right))
                .Take(1)];
            if (possible.Length == 0)
            {
                yield break;
            }

            yield return possible[0];
        }
    }

    private static int[] PlainScoredMerge(TokenizerDefinition definition, string text)
    {
        List<string> tokens = [.. definition.Tokens];
        List<string> symbols = [.. (text.Length == 0 ? string.Empty : " " + text).Replace(' ', '▁').Select(c => c.ToString())];
        while (true)
        {
            int best = -1;
            for (int i = 0; i + 1 < symbols.Count; i++)
            {
                int id = tokens.IndexOf(symbols[i] + symbols[i + 1]);
                if (id >= 0 && (best < 0 || definition.Scores[id] > definition.Scores[tokens.IndexOf(symbols[best] + symbols[best + 1])]))
                {
                    best = i;
                }
            }

            if (best < 0)
            {
                return [.. symbols.Select(s => tokens.IndexOf(s))];
            }

            symbols[best] += symbols[best + 1];
            symbols.RemoveAt(best + 1);
        }
    }
}
