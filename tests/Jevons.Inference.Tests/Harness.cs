namespace Jevons.Inference.Tests;

/// <summary>A loop over the fake model, and the plain loop that it is compared with.</summary>
internal sealed class Harness : IDisposable
{
    private long _nextId;

    public Harness(
        int pages = 64,
        int maxBatchTokens = 512,
        int maxSequences = 16,
        int draftTokens = 0,
        StopTokens? stopTokens = null,
        int maxContext = int.MaxValue,
        bool forms = true,
        bool check = true)
    {
        Runner = new FakeRunner(pages, canDraft: draftTokens > 0, forms: forms, check: check);
        Workspace = new SamplerWorkspace(Runner.VocabSize, FakeRunner.Kernels);
        Scheduler = new Scheduler(
            new BlockManager(pages),
            new SchedulerOptions { MaxBatchTokens = maxBatchTokens, MaxSequences = maxSequences, MaxContext = maxContext });
        Loop = new EngineLoop(Runner, Scheduler, stopTokens ?? StopTokens.None, draftTokens);
    }

    public FakeRunner Runner { get; }

    public SamplerWorkspace Workspace { get; }

    public Scheduler Scheduler { get; }

    public EngineLoop Loop { get; }

    public static int[] Prompt(int length, int salt = 0) => [.. Enumerable.Range(0, length).Select(i => ((i * 7) + (salt * 13) + (i * i % 11)) % 61)];

    /// <summary>The tokens that a fresh engine with one sequence and one token a pass generates.</summary>
    public static List<int> Alone(int[] prompt, int count, SamplingParams? parameters = null, StopTokens? stop = null)
    {
        using Harness harness = new(pages: 256, maxBatchTokens: 1, maxSequences: 1, stopTokens: stop);
        RecordingSink sink = new();
        harness.Add(prompt, count, sink, parameters);
        harness.RunToEnd();
        return sink.Tokens;
    }

    public Sequence Create(
        int[] prompt, int count, RecordingSink sink, SamplingParams? parameters = null, bool share = true, IReadOnlyList<Sequence>? forks = null)
    {
        Sampler sampler = new(parameters ?? SamplingParams.Greedy, 1, Workspace);
        return new Sequence(_nextId++, prompt, count, SequenceForms.Mixed, sampler, sink) { SharesPages = share, Forks = forks ?? [] };
    }

    public Sequence Add(
        int[] prompt, int count, RecordingSink sink, SamplingParams? parameters = null, bool share = true, IReadOnlyList<Sequence>? forks = null)
    {
        Sequence sequence = Create(prompt, count, sink, parameters, share, forks);
        Assert.Equal(AdmissionResult.Queued, Scheduler.Add(sequence));
        return sequence;
    }

    public void RunToEnd(int limit = 100_000)
    {
        int steps = 0;
        while (Loop.Step())
        {
            Assert.True(++steps < limit, "the loop does not end");
        }

        Assert.True(Scheduler.IsIdle, "nothing can run but something waits");
        AssertNoLeak();
    }

    public void AssertNoLeak()
    {
        Assert.Equal(0, Scheduler.Blocks.UsedCount);
        Assert.Equal(Scheduler.Blocks.PageCount, Scheduler.Blocks.FreeCount);
    }

    public void Dispose()
    {
        Loop.Dispose();
        Runner.Dispose();
    }
}
