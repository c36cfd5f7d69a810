using Jevons.Kernels;

namespace Jevons.Inference.Tests;

public sealed class EngineTests : IDisposable
{
    private readonly FakeRunner _runner = new(64, vocabSize: 259, check: false);
    private readonly Engine _engine;

    public EngineTests() => _engine = Create(_runner);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _engine.Dispose();
        _runner.Dispose();
    }

    [Fact]
    public async Task GenerateAsync_EqualsTheScorersGreedyTokens()
    {
        int[] prompt = TinyTokenizer.Bytes("What is the answer? " + new string('x', 100));
        GenerationResult result = await _engine.GenerateAsync(
            new GenerationRequest { Prompt = prompt, Sampling = SamplingParams.Greedy with { MaxTokens = 40, IgnoreEos = true } }, Token);
        using Scorer scorer = new(new FakeRunner(64, vocabSize: 259), chunk: 7);
        Assert.Equal(scorer.Generate(prompt, 40, StopTokens.None), result.Tokens);
        Assert.Equal(FinishReason.Length, result.FinishReason);
        Assert.Equal(prompt.Length, result.Usage.PromptTokens);
        Assert.Equal(40, result.Usage.CompletionTokens);
    }

    [Fact]
    public async Task PromptTime_CoversThePassThatComputesThePrompt()
    {
        ManualClock clock = new();
        using FakeRunner runner = new(64, vocabSize: 259, check: false) { OnRun = () => clock.Advance(TimeSpan.FromSeconds(2)) };
        using Engine engine = Create(runner, new EngineOptions { Clock = clock });
        GenerationResult result = await engine.GenerateAsync(
            new GenerationRequest { Prompt = TinyTokenizer.Bytes("What?"), Sampling = SamplingParams.Greedy with { MaxTokens = 4, IgnoreEos = true } }, Token);
        Assert.Equal(new GenerationTimings(TimeSpan.Zero, TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(6)), result.Timings);
    }

    [Fact]
    public async Task ConcurrentRequests_GetWhatTheyGetAlone()
    {
        GenerationRequest[] requests = [.. Enumerable.Range(0, 12).Select(i => new GenerationRequest
        {
            Prompt = TinyTokenizer.Bytes($"request {i} {new string('a', i * 9)}"),
            Sampling = new SamplingParams { Temperature = 0.9f, TopP = 0.9f, Seed = (ulong)i, MaxTokens = 30 + i },
        })];
        GenerationResult[] together = await Task.WhenAll(requests.Select(r => _engine.GenerateAsync(r, Token)));
        for (int i = 0; i < requests.Length; i++)
        {
            using FakeRunner runner = new(64, vocabSize: 259, check: false);
            using Engine alone = Create(runner);
            Assert.Equal((await alone.GenerateAsync(requests[i], Token)).Tokens, together[i].Tokens);
        }
    }

    [Fact]
    public async Task Events_TellProgressTextAndEnd()
    {
        Generation generation = _engine.Generate(new GenerationRequest
        {
            Prompt = TinyTokenizer.Bytes(new string('p', 1200)),
            Sampling = SamplingParams.Greedy with { MaxTokens = 20, LogProbs = true, TopLogProbs = 3, IgnoreEos = true },
        }, Token);
        List<GenerationEvent> events = [];
        await foreach (GenerationEvent item in generation.WithCancellation(Token))
        {
            events.Add(item);
        }

        Assert.Equal([512, 1024, 1200], events.OfType<PromptProgressEvent>().Select(e => e.Computed));
        GenerationResult result = Assert.IsType<FinishedEvent>(events[^1]).Result;
        List<TextEvent> texts = [.. events.OfType<TextEvent>()];
        Assert.Equal(result.Tokens, texts.SelectMany(t => t.Tokens));
        Assert.Equal(20, texts.Sum(t => t.Scores.Count));
        Assert.Equal(result.Text, string.Concat(texts.Where(t => t.Kind == PartKind.Answer).Select(t => t.Text)));
        Assert.All(result.Scores, s => Assert.Equal((s.Token, s.LogProb), (s.Top[0].Token, s.Top[0].LogProb)));
        Assert.Equal(result, (await generation.Completion)[0]);
    }

    [Fact]
    public async Task Samples_ShareThePromptAndDifferBySeed()
    {
        int[] prompt = TinyTokenizer.Bytes(new string('s', 200));
        SamplingParams sampling = new() { Seed = 7, MaxTokens = 25, IgnoreEos = true };
        IReadOnlyList<GenerationResult> results = await _engine.Generate(
            new GenerationRequest { Prompt = prompt, Sampling = sampling, Samples = 4 }, Token).Completion;
        Assert.Equal([7UL, 8, 9, 10], results.Select(r => r.Seed));
        Assert.Equal([0, 1, 2, 3], results.Select(r => r.Sample));
        for (int i = 0; i < 4; i++)
        {
            GenerationResult alone = await _engine.GenerateAsync(
                new GenerationRequest { Prompt = prompt, Sampling = sampling with { Seed = 7 + (ulong)i } }, Token);
            Assert.Equal(alone.Tokens, results[i].Tokens);
        }
    }

    [Fact]
    public async Task ACancelledRequest_EndsAsCancelledAndTheEngineGoesOn()
    {
        using CancellationTokenSource source = new();
        Generation generation = _engine.Generate(
            new GenerationRequest { Prompt = TinyTokenizer.Bytes("go on"), Sampling = SamplingParams.Greedy with { IgnoreEos = true } }, source.Token);
        await foreach (GenerationEvent item in generation.WithCancellation(Token))
        {
            if (item is TextEvent)
            {
                await source.CancelAsync();
                break;
            }
        }

        Assert.Equal(FinishReason.Cancelled, (await generation.Completion)[0].FinishReason);
        GenerationResult next = await _engine.GenerateAsync(
            new GenerationRequest { Prompt = TinyTokenizer.Bytes("next"), Sampling = SamplingParams.Greedy with { MaxTokens = 3, IgnoreEos = true } }, Token);
        Assert.Equal(3, next.Tokens.Count);
    }

    [Fact]
    public async Task LeavingTheStream_WithdrawsTheRequest()
    {
        Generation generation = _engine.Generate(
            new GenerationRequest { Prompt = TinyTokenizer.Bytes("go on"), Sampling = SamplingParams.Greedy with { IgnoreEos = true }, Samples = 3 },
            Token);
        await foreach (GenerationEvent item in generation.WithCancellation(Token))
        {
            if (item is TextEvent)
            {
                break;
            }
        }

        Assert.All(await generation.Completion, r => Assert.Equal(FinishReason.Cancelled, r.FinishReason));
    }

    [Fact]
    public async Task Disposal_EndsWhatIsUnfinished()
    {
        FakeRunner runner = new(64, vocabSize: 259, check: false);
        Engine engine = Create(runner);
        Generation generation = engine.Generate(
            new GenerationRequest { Prompt = TinyTokenizer.Bytes("go on"), Sampling = SamplingParams.Greedy with { IgnoreEos = true } },
            Token);
        engine.Dispose();
        Assert.Contains((await generation.Completion)[0].FinishReason, new[] { FinishReason.Cancelled, FinishReason.ContextFull });
        Assert.Throws<ObjectDisposedException>(() => engine.Generate(new GenerationRequest { Prompt = [1] }, Token));
    }

    [Fact]
    public void APromptBeyondTheContext_IsRefusedWithBothNumbers()
    {
        ContextLengthException e = Assert.Throws<ContextLengthException>(() => _engine.Generate(new GenerationRequest { Prompt = new int[5000] }, Token));
        Assert.Contains("5000", e.Message, StringComparison.Ordinal);
        Assert.Contains("4096", e.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => _engine.Generate(new GenerationRequest { Prompt = [] }, Token));
        Assert.Throws<ArgumentException>(() => _engine.Generate(new GenerationRequest { Prompt = [259] }, Token));
        Assert.Throws<ArgumentOutOfRangeException>(() => _engine.Generate(
            new GenerationRequest { Prompt = [1], Sampling = new SamplingParams { TopP = 0 } },
            Token));
    }

    [Fact]
    public async Task TheContextsEnd_IsTheFinishReason()
    {
        GenerationResult result = await _engine.GenerateAsync(
            new GenerationRequest { Prompt = new int[4090], Sampling = SamplingParams.Greedy with { IgnoreEos = true } }, Token);
        Assert.Equal(FinishReason.ContextFull, result.FinishReason);
        Assert.Equal(6, result.Tokens.Count);
    }

    [Fact]
    public async Task AFailingModel_FailsTheRequestAndNotTheEngine()
    {
        _runner.FailAtPass = _runner.Passes;
        GenerationRequest request = new() { Prompt = TinyTokenizer.Bytes("x"), Sampling = SamplingParams.Greedy with { MaxTokens = 2, IgnoreEos = true } };
        InvalidOperationException e = await Assert.ThrowsAsync<InvalidOperationException>(() => _engine.GenerateAsync(request, Token));
        Assert.Contains("as told", e.Message, StringComparison.Ordinal);
        Assert.Equal(2, (await _engine.GenerateAsync(request, Token)).Tokens.Count);
    }

    [Fact]
    public async Task AStopString_EndsTheAnswer()
    {
        int[] prompt = TinyTokenizer.Bytes("tell me");
        SamplingParams greedy = SamplingParams.Greedy with { MaxTokens = 60, IgnoreEos = true };
        string whole = (await _engine.GenerateAsync(new GenerationRequest { Prompt = prompt, Sampling = greedy }, Token)).Text;
        string stop = whole.Substring(10, 3);
        GenerationResult cut = await _engine.GenerateAsync(
            new GenerationRequest { Prompt = prompt, Sampling = greedy with { Stop = [stop] } }, Token);
        Assert.Equal(whole[..whole.IndexOf(stop, StringComparison.Ordinal)], cut.Text);
        Assert.Equal(FinishReason.Stop, cut.FinishReason);
        Assert.Equal(stop, cut.StopString);
    }

    [Fact]
    public async Task Processors_ComposePerRequest()
    {
        GenerationResult forced = await _engine.GenerateAsync(
            new GenerationRequest
            {
                Prompt = TinyTokenizer.Bytes("x"),
                Sampling = new SamplingParams { MaxTokens = 5, Seed = 3 },
                Processors = [new ForcedTokens(TinyTokenizer.Bytes("hello"))],
            },
            Token);
        Assert.Equal("hello", forced.Text);
    }

    [Fact]
    public async Task Dry_WithItsOwnBreakers_LetsNoThreeTokensComeTwice()
    {
        SamplingParams few = SamplingParams.Greedy with { MaxTokens = 100, IgnoreEos = true, LogitBias = "abcd".ToDictionary(c => (int)c, _ => 50f) };
        GenerationRequest request = new() { Prompt = TinyTokenizer.Bytes("x"), Sampling = few };
        Assert.True(Repeated(await _engine.GenerateAsync(request, Token)) > 20);
        request = request with { Sampling = few with { DryMultiplier = 1000 } };
        Assert.Equal(0, Repeated(await _engine.GenerateAsync(request, Token)));

        static int Repeated(GenerationResult result)
        {
            string[] threes = [.. Enumerable.Range(0, result.Tokens.Count - 2).Select(i => string.Join(',', result.Tokens.Skip(i).Take(3)))];
            return threes.Length - threes.Distinct(StringComparer.Ordinal).Count();
        }
    }

    private static Engine Create(FakeRunner runner, EngineOptions? options = null) => new(new EngineSetup
    {
        Runner = runner,
        Options = options ?? new EngineOptions(),
        Tokenizer = TinyTokenizer.WithTags,
        Tags = ThinkingTags.Find(TinyTokenizer.WithTags, null),
        StopTokens = new StopTokens(TinyTokenizer.Eos),
        Plan = new ContextPlan
        {
            ContextLength = runner.PageCount * 64,
            TrainedLength = runner.PageCount * 64,
            PageCount = runner.PageCount,
            CacheType = KvType.F32,
            CacheBytesPerToken = 8,
            CacheBytes = 8L * 64 * runner.PageCount,
            WeightBytes = 0,
            WorkspaceBytes = 0,
            MemoryBytes = 1 << 20,
            Reason = "a fake model",
        },
    });
}
