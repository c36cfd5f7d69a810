namespace Jevons.Inference.Tests;

public class DryPenaltyTests
{
    private const int Vocab = 5000;

    // Few different tokens, so that there are many and long repetitions.
    [Theory]
    [InlineData(2, 400, int.MaxValue, 2, 1.75f)]
    [InlineData(3, 1000, int.MaxValue, 3, 1.1f)]
    [InlineData(3, 1000, 150, 2, 1.75f)]
    [InlineData(40, 1000, int.MaxValue, 1, 2f)]
    [InlineData(1, 300, 200, 2, 1.01f)]
    [InlineData(5, 2, 100, 2, 1.75f)]
    public void Penalties_AreThoseOfTheDefinition(int distinct, int count, int window, int allowed, float exponentBase)
    {
        Numerics.SeededRandom random = new(41);
        float[] before = [.. Enumerable.Range(0, Vocab).Select(_ => (float)random.NextGaussian() * 4)];
        int[] tokens = [.. Enumerable.Range(0, count).Select(_ => (int)(random.NextUInt64() % (ulong)distinct) * 7)];
        SamplerWorkspace workspace = new(Vocab, FakeRunner.Kernels);
        float[] after = [.. before];
        new DryPenalty(0.8f, exponentBase, allowed, window, SequenceBreakers.None, workspace).Process(tokens, 0, after);
        int[] last = [.. tokens.TakeLast(window)];
        Dictionary<int, int> longest = Longest(last, last.Length);
        for (int token = 0; token < Vocab; token++)
        {
            double penalty = longest.GetValueOrDefault(token) is int n && n >= allowed ? 0.8f * Math.Pow(exponentBase, n - allowed) : 0;
            double expected = Math.Max(before[token] - penalty, -float.MaxValue);
            Assert.Equal(expected, after[token], Math.Abs(expected) * 1e-6);
        }

        Assert.All(workspace.Counts, c => Assert.Equal(0, c));
    }

    [Fact]
    public void ManyTexts_GetThePenaltiesOfTheDefinition()
    {
        Numerics.SeededRandom random = new(43);
        SamplerWorkspace workspace = new(256, FakeRunner.Kernels);
        SequenceBreakers breakers = SequenceBreakers.Create(["c", "bb"], TinyTokenizer.WithTags);
        DryPenalty dry = new(1, 1.5f, 2, 60, breakers, workspace);
        int penalised = 0;
        for (int i = 0; i < 500; i++)
        {
            string text = string.Concat(Enumerable.Range(0, 80).Select(_ => "aaabc"[(int)(random.NextUInt64() % 5)]));
            float[] logits = new float[256];
            dry.Process(TinyTokenizer.Bytes(text), 0, logits);

            string last = text[^60..];
            int limit = Math.Min(last.Length - 1 - last.LastIndexOf('c'), last.LastIndexOf("bb", StringComparison.Ordinal) is int at and >= 0 ? last.Length - 2 - at : 60);
            Dictionary<int, int> longest = Longest(TinyTokenizer.Bytes(last), limit);
            for (int token = 0; token < 256; token++)
            {
                bool counts = token != 'c' && longest.GetValueOrDefault(token) >= 2;
                Assert.Equal(counts ? -Math.Pow(1.5, longest[token] - 2) : 0, logits[token], 1e-4 * Math.Abs(logits[token]));
                penalised += counts ? 1 : 0;
            }
        }

        Assert.True(penalised > 100);
    }

    [Theory]
    [InlineData("the cat and the ca", "t", 1)] // "the ca" was followed by "t"
    [InlineData("x.the cat: the ca", "t", 1)] // " the ca", of which ":" leaves six: more than is allowed
    [InlineData("the ca\nthe c\na", "", 0)] // one token behind the line's end
    [InlineData("ab\nab", "", 0)] // the token that would follow is a breaker itself
    public void Breakers_EndRepetitions(string text, string expected, int count)
    {
        SamplerWorkspace workspace = new(TinyTokenizer.WithTags.VocabSize, FakeRunner.Kernels, TinyTokenizer.WithTags);
        float[] logits = new float[workspace.VocabSize];
        SequenceBreakers breakers = workspace.Breakers(new SamplingParams().DrySequenceBreakers);
        new DryPenalty(1, 1.75f, 2, int.MaxValue, breakers, workspace).Process(TinyTokenizer.Bytes(text), 0, logits);
        Assert.Equal(count, logits.Count(l => l < 0));
        Assert.All(expected, c => Assert.True(logits[c] < 0));
    }

    [Fact]
    public void AVeryLongRepetition_IsPenalisedAndNotBanned()
    {
        float[] logits = new float[10];
        new DryPenalty(1000, 1000, 2, int.MaxValue, SequenceBreakers.None, new SamplerWorkspace(10, FakeRunner.Kernels)).Process(new int[5000], 0, logits);
        Assert.Equal(-float.MaxValue, logits[0]);
        Assert.Equal(9, logits.Count(l => l == 0));
    }

    // For every place where the end of the tokens has occurred before: the token that followed, and how long the match is.
    private static Dictionary<int, int> Longest(int[] tokens, int limit)
    {
        Dictionary<int, int> longest = [];
        for (int end = 1; end < tokens.Length; end++)
        {
            int length = 0;
            while (length < end && tokens[end - 1 - length] == tokens[^(1 + length)])
            {
                length++;
            }

            longest[tokens[end]] = Math.Max(longest.GetValueOrDefault(tokens[end]), Math.Min(length, limit));
        }

        return longest;
    }
}
