using Jevons.Kernels;
using Jevons.Testing;

namespace Jevons.Inference.Tests;

/// <summary>The laws on real weights, bit for bit.</summary>
public class RealModelTests
{
    private static readonly EngineOptions s_options = new() { ContextLength = 256, CacheTokens = 1024, Threads = 1, MemoryBytes = 1L << 33 };

    public static TheoryData<string> Models => RealModels.All();

    public static TheoryData<string> OnePerFolder => RealModels.OnePerFolder();

    public static TheoryData<string> DraftingModels
    {
        get
        {
            TheoryData<string> data = [];
            foreach (string file in SharedData.Walk("config.json", "training-golden", "mtp"))
            {
                data.Add(Path.GetDirectoryName(file)!.Replace('\\', '/'));
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Models))]
    public void AnyChunkingOfAPrompt_GivesTheBitsOfOnePiece_InEveryForm(string name)
    {
        using Model model = Model.Load(SharedData.Path(name));
        int[] prompt = RealModels.Prompt(model, Math.Min(100, model.ContextLength));
        foreach (MlaMode mode in model.Config is Models.DeepSeekConfig ? new[] { MlaMode.Expanded, MlaMode.Absorbed } : [MlaMode.Auto])
        {
            List<float[]> whole = Score(model, prompt, mode, chunk: 512, threads: 1);
            foreach ((int chunk, int threads) in new[] { (1, 1), (47, 2) })
            {
                List<float[]> pieces = Score(model, prompt, mode, chunk, threads);
                for (int i = 0; i < prompt.Length; i++)
                {
                    Assert.True(whole[i].AsSpan().SequenceEqual(pieces[i]), $"position {i}, {mode}, chunks of {chunk}, {threads} threads");
                }
            }
        }
    }

    [Theory]
    [MemberData(nameof(Models))]
    public async Task EngineTokens_AreThoseOfThePlainLoop_WhateverTheCompany(string name)
    {
        using Model model = Model.Load(SharedData.Path(name));
        using Engine engine = new(model, s_options with { MaxBatchTokens = 40 });
        List<(int[] Prompt, GenerationRequest Request)> all = [];
        for (int i = 0; i < 4; i++)
        {
            int[] prompt = RealModels.Prompt(model, 20 + (i * 23), i / 2);
            all.Add((prompt, new GenerationRequest { Prompt = prompt, Sampling = SamplingParams.Greedy with { MaxTokens = 24, IgnoreEos = true }, Samples = 1 + i % 2 }));
        }

        Generation[] running = [.. all.Select(a => engine.Generate(a.Request, TestContext.Current.CancellationToken))];
        for (int i = 0; i < running.Length; i++)
        {
            using ComputeResources resources = ComputeResources.Create(model, s_options);
            using Scorer scorer = new(resources.Runner, chunk: 64);
            IReadOnlyList<int> expected = scorer.Generate(all[i].Prompt, 24, StopTokens.None);
            Assert.All(await running[i].Completion, r => Assert.Equal(expected, r.Tokens));
        }
    }

    [Theory]
    [MemberData(nameof(OnePerFolder))]
    public void APreemptedSequence_ContinuesWithTheSameTokens(string name)
    {
        using Model model = Model.Load(SharedData.Path(name));
        using ComputeResources resources = ComputeResources.Create(model, s_options with { ContextLength = 256, CacheTokens = 256 });
        Scheduler scheduler = new(new BlockManager(4), new SchedulerOptions { MaxBatchTokens = 64, MaxSequences = 3 });
        using EngineLoop loop = new(resources.Runner, scheduler, StopTokens.None);
        SamplerWorkspace workspace = new(resources.Runner.VocabSize, resources.Runner.Context);
        SamplingParams parameters = new() { Temperature = 0.9f, TopP = 0.9f };
        List<(Sequence Sequence, RecordingSink Sink)> all = [];
        for (int i = 0; i < 3; i++)
        {
            RecordingSink sink = new();
            Sequence sequence = new(
                i, RealModels.Prompt(model, 40, i), 60, Engine.FormsOf(resources.Runner, MlaMode.Auto), new Sampler(parameters, (ulong)i, workspace), sink);
            all.Add((sequence, sink));
            scheduler.Add(sequence);
        }

        while (loop.Step())
        {
        }

        Assert.True(all.Sum(a => a.Sequence.Preemptions) > 0, "nobody was preempted: the test tests nothing");
        for (int i = 0; i < 3; i++)
        {
            RecordingSink alone = new();
            Scheduler single = new(new BlockManager(4), new SchedulerOptions { MaxBatchTokens = 512, MaxSequences = 1 });
            using EngineLoop other = new(resources.Runner, single, StopTokens.None);
            single.Add(new Sequence(
                0, RealModels.Prompt(model, 40, i), 60, Engine.FormsOf(resources.Runner, MlaMode.Auto), new Sampler(parameters, (ulong)i, workspace), alone));
            while (other.Step())
            {
            }

            Assert.Equal(alone.Tokens, all[i].Sink.Tokens);
        }
    }

    [Theory]
    [MemberData(nameof(DraftingModels))]
    public async Task SpeculativeTokens_ArePlainTokens(string name)
    {
        using Model model = Model.Load(SharedData.Path(name));
        Assert.True(model.Network.HasDraft);
        foreach (int drafts in new[] { 1, 3 })
        {
            using Engine speculative = new(model, s_options with { DraftTokens = drafts });
            using Engine plain = new(model, s_options);
            foreach (SamplingParams sampling in new[] { SamplingParams.Greedy, new SamplingParams { Temperature = 0.3f, Seed = 5 } })
            {
                GenerationRequest request = new()
                {
                    Prompt = RealModels.Prompt(model, 33),
                    Sampling = sampling with { MaxTokens = 64, IgnoreEos = true },
                };
                GenerationResult result = await speculative.GenerateAsync(request, TestContext.Current.CancellationToken);
                Assert.Equal((await plain.GenerateAsync(request, TestContext.Current.CancellationToken)).Tokens, result.Tokens);
                Assert.True(result.Usage.Speculation.Drafted > 0);
            }
        }
    }

    private static List<float[]> Score(Model model, int[] tokens, MlaMode mode, int chunk, int threads)
    {
        using ComputeResources resources = ComputeResources.Create(model, s_options with { Threads = threads, CacheType = KvType.F16 });
        using Scorer scorer = new(resources.Runner, mode, chunk);
        List<float[]> rows = [];
        scorer.Score(tokens, (_, logits) => rows.Add(logits.ToArray()));
        return rows;
    }
}
