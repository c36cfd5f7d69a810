using FsCheck;
using FsCheck.Fluent;
using Jevons.Numerics;

namespace Jevons.Inference.Tests;

public class EngineLoopTests
{
    private static readonly SamplingParams s_sampled = new() { Temperature = 0.8f, TopK = 20, TopP = 0.9f, RepetitionPenalty = 1.1f, Seed = 5 };

    public static TheoryData<int, int> PromptsAndChunks()
    {
        TheoryData<int, int> data = [];
        foreach (int prompt in new[] { 1, 2, 63, 64, 65, 128, 200 })
        {
            foreach (int chunk in new[] { 1, 2, 7, 63, 64, 65, 512 })
            {
                data.Add(prompt, chunk);
            }
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(PromptsAndChunks))]
    public void AnyChunkingOfThePrompt_GivesTheTokensOfTokenByToken(int promptLength, int maxBatchTokens)
    {
        int[] prompt = Harness.Prompt(promptLength);
        using Harness harness = new(maxBatchTokens: maxBatchTokens, maxSequences: 1);
        RecordingSink sink = new();
        harness.Add(prompt, 70, sink, s_sampled);
        harness.RunToEnd();
        Assert.Equal(Harness.Alone(prompt, 70, s_sampled), sink.Tokens);
        Assert.Equal(FinishReason.Length, sink.Reason);
        Assert.True(harness.Runner.LargestBatch <= maxBatchTokens);
    }

    [Fact]
    public void ASequenceInCompany_GetsTheTokensItGetsAlone()
    {
        using Harness harness = new(pages: 200, maxBatchTokens: 50, maxSequences: 12);
        List<(int[] Prompt, int Count, SamplingParams Parameters, RecordingSink Sink)> all = [];
        for (int i = 0; i < 20; i++)
        {
            SamplingParams parameters = i % 3 == 0 ? SamplingParams.Greedy : s_sampled with { Seed = (ulong)i };
            (int[], int, SamplingParams, RecordingSink) entry = (Harness.Prompt(1 + (i * 17 % 150), i % 5), 5 + (i * 11 % 90), parameters, new());
            all.Add(entry);
            harness.Add(entry.Item1, entry.Item2, entry.Item4, parameters);
            harness.Loop.Step();
        }

        harness.RunToEnd();
        foreach ((int[] prompt, int count, SamplingParams parameters, RecordingSink sink) in all)
        {
            Assert.Equal(Harness.Alone(prompt, count, parameters), sink.Tokens);
            Assert.Equal(1, sink.Finishes);
        }
    }

    [Fact]
    public void APreemptedSequence_ContinuesWithTheTokensOfAnUndisturbedOne()
    {
        using Harness harness = new(pages: 8, maxBatchTokens: 40, maxSequences: 4);
        List<(int[] Prompt, RecordingSink Sink, Sequence Sequence)> all = [];
        for (int i = 0; i < 4; i++)
        {
            RecordingSink sink = new();
            int[] prompt = Harness.Prompt(60 + i, i);
            all.Add((prompt, sink, harness.Add(prompt, 150, sink, s_sampled with { Seed = (ulong)i })));
        }

        harness.RunToEnd();
        Assert.True(all.Sum(a => a.Sequence.Preemptions) > 0, "the pages suffice: the test tests nothing");
        Assert.Equal(0, all[0].Sequence.Preemptions);
        for (int i = 0; i < 4; i++)
        {
            Assert.Equal(Harness.Alone(all[i].Prompt, 150, s_sampled with { Seed = (ulong)i }), all[i].Sink.Tokens);
        }
    }

    [Fact]
    public void EqualPrefixes_AreComputedOnce()
    {
        int[] shared = Harness.Prompt(300);
        using Harness harness = new(pages: 100, maxBatchTokens: 128, maxSequences: 8);
        List<(int[] Prompt, RecordingSink Sink, Sequence Sequence)> all = [];
        for (int i = 0; i < 8; i++)
        {
            int[] prompt = [.. shared, i, i + 1];
            RecordingSink sink = new();
            all.Add((prompt, sink, harness.Add(prompt, 20, sink)));
        }

        harness.RunToEnd();
        Assert.All(all.Skip(1), a => Assert.Equal(256, a.Sequence.CachedTokens));
        Assert.Equal(302 + (7 * (302 - 256)) + (8 * 19), harness.Loop.Rows);
        Assert.All(all, a => Assert.Equal(Harness.Alone(a.Prompt, 20), a.Sink.Tokens));
    }

    [Fact]
    public void ACachedPrompt_IsReusedLaterAndGivesTheSameTokens()
    {
        int[] prompt = Harness.Prompt(128);
        using Harness harness = new();
        RecordingSink first = new();
        RecordingSink second = new();
        harness.Add(prompt, 30, first);
        harness.RunToEnd();
        Sequence again = harness.Add(prompt, 30, second);
        harness.RunToEnd();
        Assert.Equal(64, again.CachedTokens);
        Assert.Equal(first.Tokens, second.Tokens);
    }

    [Theory]
    [InlineData(10)]
    [InlineData(64)]
    [InlineData(100)]
    [InlineData(128)]
    public void Forks_GetTheTokensOfFreshSequences(int promptLength)
    {
        int[] prompt = Harness.Prompt(promptLength);
        using Harness harness = new(maxBatchTokens: 30, maxSequences: 5);
        List<RecordingSink> sinks = [.. Enumerable.Range(0, 5).Select(_ => new RecordingSink())];
        List<Sequence> forks = [];
        Sequence? parent = null;
        for (int i = 4; i >= 1; i--)
        {
            forks.Add(harness.Create(prompt, 70, sinks[i], s_sampled with { Seed = (ulong)i }));
        }

        parent = harness.Add(prompt, 70, sinks[0], s_sampled with { Seed = 0 }, forks: forks);
        harness.RunToEnd();
        for (int i = 0; i < 5; i++)
        {
            Assert.Equal(Harness.Alone(prompt, 70, s_sampled with { Seed = (ulong)i }), sinks[i].Tokens);
        }

        Assert.Equal(promptLength % 64 == 0 ? 0 : 4, harness.Runner.Copies);
        Assert.Equal(promptLength + (5 * 69), harness.Loop.Rows);
    }

    [Theory]
    [InlineData(3, 2)]
    [InlineData(4, 16)]
    public void ForksWithoutPlaceOrPages_WaitAndGetTheSameTokens(int pages, int maxSequences)
    {
        int[] prompt = Harness.Prompt(70);
        using Harness harness = new(pages: pages, maxSequences: maxSequences);
        List<RecordingSink> sinks = [.. Enumerable.Range(0, 4).Select(_ => new RecordingSink())];
        List<Sequence> forks = [.. Enumerable.Range(1, 3).Select(i => harness.Create(prompt, 40, sinks[i], s_sampled with { Seed = (ulong)i }))];
        harness.Add(prompt, 40, sinks[0], s_sampled with { Seed = 0 }, forks: forks);
        harness.RunToEnd();
        for (int i = 0; i < 4; i++)
        {
            Assert.Equal(Harness.Alone(prompt, 40, s_sampled with { Seed = (ulong)i }), sinks[i].Tokens);
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(4)]
    public void SpeculativeTokens_AreThePlainOnes(int draftTokens)
    {
        foreach (SamplingParams parameters in new[] { SamplingParams.Greedy, s_sampled })
        {
            using Harness harness = new(pages: 40, maxBatchTokens: 30, maxSequences: 4, draftTokens: draftTokens);
            List<(int[] Prompt, RecordingSink Sink)> all = [];
            for (int i = 0; i < 6; i++)
            {
                RecordingSink sink = new();
                int[] prompt = Harness.Prompt(30 + (i * 20), i);
                all.Add((prompt, sink));
                harness.Add(prompt, 80 + i, sink, parameters);
            }

            harness.RunToEnd();
            for (int i = 0; i < 6; i++)
            {
                Assert.Equal(Harness.Alone(all[i].Prompt, 80 + i, parameters), all[i].Sink.Tokens);
            }

            if (parameters.Temperature == 0)
            {
                Assert.True(harness.Loop.Speculation.AcceptanceRate > 0.3, "drafts are hardly ever right: the test tests little");
            }

            Assert.True(harness.Loop.Speculation.Drafted > 100);
        }
    }

    [Fact]
    public void SpeculativeDecoding_NeedsFewerPasses()
    {
        using Harness harness = new(draftTokens: 2);
        harness.Add(Harness.Prompt(20), 120, new RecordingSink());
        harness.RunToEnd();
        Assert.True(harness.Loop.Steps < 80, $"{harness.Loop.Steps} passes");
    }

    [Fact]
    public void AStopToken_EndsTheSequenceAndIsIncluded()
    {
        List<int> plain = Harness.Alone(Harness.Prompt(9), 50);
        int stop = plain[20];
        int expected = plain.IndexOf(stop);
        using Harness harness = new(stopTokens: new StopTokens(stop));
        RecordingSink sink = new();
        RecordingSink ignoring = new();
        harness.Add(Harness.Prompt(9), 50, sink);
        harness.Add(Harness.Prompt(9), 50, ignoring, SamplingParams.Greedy with { IgnoreEos = true });
        harness.RunToEnd();
        Assert.Equal(plain.Take(expected + 1), sink.Tokens);
        Assert.Equal(FinishReason.Stop, sink.Reason);
        Assert.Equal(plain, ignoring.Tokens);
    }

    [Fact]
    public void TheContextsEnd_IsSaid()
    {
        using Harness harness = new(maxContext: 40);
        RecordingSink sink = new();
        harness.Add(Harness.Prompt(30), 50, sink);
        harness.RunToEnd();
        Assert.Equal(FinishReason.ContextFull, sink.Reason);
        Assert.Equal(10, sink.Tokens.Count);
        Sequence tooLong = harness.Create(Harness.Prompt(40), 1, new RecordingSink());
        Assert.Equal(AdmissionResult.PromptTooLong, harness.Scheduler.Add(tooLong));
    }

    [Fact]
    public void AFailingModel_EndsOnlyThePassesSequences()
    {
        using Harness harness = new(maxSequences: 2);
        RecordingSink[] sinks = [new(), new(), new()];
        harness.Runner.FailAtPass = 3;
        foreach (RecordingSink sink in sinks)
        {
            harness.Add(Harness.Prompt(5 + Array.IndexOf(sinks, sink)), 10, sink);
        }

        harness.RunToEnd();
        Assert.Equal([FinishReason.Error, FinishReason.Error, FinishReason.Length], sinks.Select(s => s.Reason));
        Assert.Contains("fails as told", sinks[0].Error!.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void AFailingSink_EndsOnlyItsOwnSequence()
    {
        using Harness harness = new();
        RecordingSink bad = new() { OnEach = (s, _) => s.Generated == 4 ? throw new InvalidOperationException("no") : TokenVerdict.Continue };
        RecordingSink good = new();
        harness.Add(Harness.Prompt(5), 10, bad);
        harness.Add(Harness.Prompt(6), 10, good);
        harness.RunToEnd();
        Assert.Equal(FinishReason.Error, bad.Reason);
        Assert.Equal(10, good.Tokens.Count);
    }

    /// <summary>Arrivals, cancellations, forks and preemptions at random: nobody's tokens change, no page leaks.</summary>
    [Fact]
    public void RandomTraffic_NeverChangesATokenAndLeaksNoPage()
    {
        Prop.ForAll(
            Gen.Choose(0, int.MaxValue - 1).ToArbitrary(),
            seed =>
            {
                SeededRandom random = new((ulong)seed);
                int drafts = random.NextInt32(3);
                using Harness harness = new(
                    pages: 6 + random.NextInt32(20),
                    maxBatchTokens: 8 + random.NextInt32(100),
                    maxSequences: 1 + random.NextInt32(8),
                    draftTokens: drafts);
                List<(Sequence Sequence, int[] Prompt, RecordingSink Sink)> all = [];
                for (int i = 0; i < 25; i++)
                {
                    int[] prompt = Harness.Prompt(1 + random.NextInt32(200), random.NextInt32(3));
                    RecordingSink sink = new();
                    int count = 1 + random.NextInt32(60);
                    bool share = random.NextInt32(4) != 0;
                    List<Sequence> forks = [];
                    for (int f = random.NextInt32(4) == 0 ? 1 + random.NextInt32(3) : 0; f > 0; f--)
                    {
                        RecordingSink forkSink = new();
                        forks.Add(harness.Create(prompt, count, forkSink, s_sampled with { Seed = (ulong)(1000 + (10 * i) + f) }, share));
                        all.Add((forks[^1], prompt, forkSink));
                    }

                    Sequence sequence = harness.Create(prompt, count, sink, s_sampled with { Seed = (ulong)i }, share, forks);
                    Assert.Equal(AdmissionResult.Queued, harness.Scheduler.Add(sequence));
                    all.Add((sequence, prompt, sink));
                    for (int steps = random.NextInt32(6); steps > 0; steps--)
                    {
                        harness.Loop.Step();
                    }

                    if (random.NextInt32(3) == 0)
                    {
                        harness.Loop.Finish(all[random.NextInt32(all.Count)].Sequence, FinishReason.Cancelled);
                    }
                }

                harness.RunToEnd();
                foreach ((Sequence sequence, int[] prompt, RecordingSink sink) in all)
                {
                    List<int> expected = Harness.Alone(prompt, sequence.MaxGenerated, sequence.Sampler.Params);
                    Assert.Equal(expected.Take(sink.Tokens.Count), sink.Tokens);
                    Assert.Equal(1, sink.Finishes);
                    Assert.True(sink.Reason == FinishReason.Cancelled || sink.Tokens.Count == expected.Count || sink.Reason == FinishReason.ContextFull);
                }
            }).QuickCheckThrowOnFailure();
    }
}
