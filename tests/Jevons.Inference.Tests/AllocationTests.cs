using Jevons.Testing;

namespace Jevons.Inference.Tests;

/// <summary>The counter is the process's, so nothing else may run meanwhile.</summary>
[Collection(nameof(AllocationTests))]
[CollectionDefinition(nameof(AllocationTests), DisableParallelization = true)]
public class AllocationTests
{
    public static TheoryData<string> OnePerFolder => RealModels.OnePerFolder();

    [Theory]
    [InlineData(0, 0f)]
    [InlineData(2, 0f)]
    [InlineData(0, 0.8f)]
    public void TwoHundredAndFiftySixDecodeSteps_AllocateNothing(int draftTokens, float temperature)
    {
        using Harness harness = new(pages: 320, draftTokens: draftTokens, check: false);
        SamplingParams parameters = new() { Temperature = temperature, TopK = 30, TopP = 0.9f, MinP = 0.01f, RepetitionPenalty = 1.1f };
        CountingSink sink = new();
        for (int i = 0; i < 3; i++)
        {
            Sampler sampler = new(parameters, (ulong)i, harness.Workspace);
            harness.Scheduler.Add(new Sequence(i, Harness.Prompt(100 + i, i), 5000, SequenceForms.Mixed, sampler, sink));
        }

        for (int i = 0; i < 300; i++)
        {
            harness.Loop.Step();
        }

        AllocationMeter.AssertNone(FakeRunner.Kernels.Pool, () => Repeat(harness.Loop));
        Assert.True(sink.Tokens >= 3 * 550);
        Assert.Equal(3, harness.Scheduler.Running.Count);
    }

    [Fact]
    public void TwoHundredAndFiftySixDecodeStepsUnderEverySampler_AllocateNothing()
    {
        using Harness harness = new(pages: 320, check: false);
        SamplingParams parameters = new()
        {
            Temperature = 0.8f, TopNSigma = 3, TopK = 30, TypicalP = 0.95f, TopP = 0.9f, MinP = 0.01f, XtcProbability = 0.5f, XtcThreshold = 0.05f,
            DryMultiplier = 0.8f, DrySequenceBreakers = [],
        };
        CountingSink sink = new();
        Sampler sampler = new(parameters, 1, harness.Workspace);
        harness.Scheduler.Add(new Sequence(0, Harness.Prompt(100), 5000, SequenceForms.Mixed, sampler, sink));
        for (int i = 0; i < 300; i++)
        {
            harness.Loop.Step();
        }

        AllocationMeter.AssertNone(FakeRunner.Kernels.Pool, () => Repeat(harness.Loop));
        Assert.True(sink.Tokens >= 550);
    }

    [Fact]
    public void DryWithBreakers_AllocatesNothing()
    {
        SamplerWorkspace workspace = new(TinyTokenizer.WithTags.VocabSize, FakeRunner.Kernels, TinyTokenizer.WithTags);
        Sampler sampler = new(new SamplingParams { DryMultiplier = 0.8f, DrySequenceBreakers = ["\n", ": "], TypicalP = 0.9f, XtcProbability = 0.5f }, 1, workspace);
        int[] tokens = TinyTokenizer.Bytes(string.Concat(Enumerable.Repeat("one: two\nthree four five three four ", 20)));
        float[] logits = new float[workspace.VocabSize];
        sampler.Reserve(tokens.Length);
        sampler.Sample(logits, tokens, 1);
        AllocationMeter.AssertNone(FakeRunner.Kernels.Pool, () =>
        {
            for (int length = 1; length < tokens.Length; length++)
            {
                sampler.Sample(logits, tokens.AsSpan(0, length), 1);
            }
        });
    }

    [Theory]
    [MemberData(nameof(OnePerFolder))]
    public void TwoHundredAndFiftySixDecodeSteps_OfARealModel_AllocateNothing(string name)
    {
        using Model model = Model.Load(SharedData.Path(name));
        Assert.SkipWhen(model.Config.VocabSize < 8, "the vocabulary is too small for a prompt");
        using ComputeResources resources = ComputeResources.Create(model, new EngineOptions { ContextLength = 1024, Threads = 2, MemoryBytes = 1L << 33 });
        Scheduler scheduler = new(new BlockManager(resources.Runner.PageCount), new SchedulerOptions());
        using EngineLoop loop = new(resources.Runner, scheduler, StopTokens.None);
        Sampler sampler = new(new SamplingParams { Temperature = 0.7f, TopP = 0.9f }, 1, new SamplerWorkspace(resources.Runner.VocabSize, resources.Runner.Context));
        scheduler.Add(new Sequence(0, RealModels.Prompt(model, 20), 1000, Engine.FormsOf(resources.Runner, MlaMode.Auto), sampler, new CountingSink()));
        for (int i = 0; i < 130; i++)
        {
            loop.Step();
        }

        AllocationMeter.AssertNone(resources.Runner.Context.Pool, () => Repeat(loop));
        Assert.Single(scheduler.Running);
    }

    private static void Repeat(EngineLoop loop)
    {
        for (int i = 0; i < 256; i++)
        {
            loop.Step();
        }
    }

    private sealed class CountingSink : ITokenSink
    {
        public int Tokens { get; private set; }

        public void OnPrompt(Sequence sequence)
        {
        }

        public TokenVerdict OnToken(Sequence sequence, SampledToken token, bool isStop)
        {
            Tokens++;
            return TokenVerdict.Continue;
        }

        public void OnFinished(Sequence sequence, Exception? error)
        {
        }
    }
}
