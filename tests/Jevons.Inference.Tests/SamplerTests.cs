namespace Jevons.Inference.Tests;

public class SamplerTests
{
    private readonly SamplerWorkspace _workspace = new(50, FakeRunner.Kernels);

    private float[] Logits { get; } = [.. Enumerable.Range(0, 50).Select(i => MathF.Sin(i * 1.7f) * 3)];

    [Fact]
    public void Greedy_TakesTheLowestIdOnTies()
    {
        float[] logits = new float[50];
        logits[7] = logits[31] = 2;
        Assert.Equal(7, new Sampler(SamplingParams.Greedy, 0, _workspace).Sample(logits, [], 0).Token);
    }

    [Fact]
    public void EqualSeeds_GiveEqualTokens_WhoeverSharesTheWorkspace()
    {
        SamplingParams parameters = new() { Temperature = 1.2f, TopP = 0.95f, Seed = 99 };
        Sampler alone = new(parameters, 0, new SamplerWorkspace(50, FakeRunner.Kernels));
        Sampler shared = new(parameters, 5, _workspace);
        Sampler other = new(parameters with { Seed = 1, RepetitionPenalty = 1.5f, TopK = 3 }, 0, _workspace);
        for (int i = 0; i < 200; i++)
        {
            other.Sample(Logits, [1, 2, 2], 1);
            Assert.Equal(alone.Sample(Logits, [], 0), shared.Sample(Logits, [], 0));
        }
    }

    [Fact]
    public void TheModelsLogits_AreNotChanged()
    {
        float[] before = [.. Logits];
        SamplingParams parameters = new()
        {
            Temperature = 0.5f, TopK = 5, TopP = 0.9f, MinP = 0.1f, TopNSigma = 2, TypicalP = 0.9f, XtcProbability = 1, DryMultiplier = 1,
            DrySequenceBreakers = [], RepetitionPenalty = 2, PresencePenalty = 1, FrequencyPenalty = 1,
            LogitBias = new Dictionary<int, float> { [3] = 5 },
        };
        new Sampler(parameters, 1, _workspace).Sample(Logits, [1, 1, 2], 1);
        Assert.Equal(before, Logits);
    }

    [Fact]
    public void LogProbs_AreTheModelsOwn()
    {
        SamplingParams parameters = new() { Temperature = 0, LogProbs = true, TopLogProbs = 4, LogitBias = new Dictionary<int, float> { [3] = 100 } };
        Sampler sampler = new(parameters, 1, _workspace);
        SampledToken sampled = sampler.Sample(Logits, [], 0);
        double sum = Logits.Sum(l => Math.Exp(l));
        Assert.Equal(3, sampled.Token);
        Assert.Equal(Logits[3] - Math.Log(sum), sampled.LogProb, 1e-5);
        int[] order = [.. Enumerable.Range(0, 50).OrderByDescending(i => Logits[i]).Take(4)];
        Assert.Equal(order, sampler.TopLogProbs.ToArray().Select(t => t.Token));
        Assert.All(sampler.TopLogProbs.ToArray(), t => Assert.Equal(Logits[t.Token] - Math.Log(sum), t.LogProb, 1e-5));
    }

    [Fact]
    public void ABannedToken_IsNeverDrawn()
    {
        SamplingParams parameters = new() { Temperature = 5, LogitBias = Enumerable.Range(0, 49).ToDictionary(i => i, _ => float.NegativeInfinity) };
        Sampler sampler = new(parameters, 1, _workspace);
        Assert.All(Enumerable.Range(0, 50), _ => Assert.Equal(49, sampler.Sample(Logits, [], 0).Token));
    }

    [Fact]
    public void WhenNothingCanBeChosen_ItSaysSo()
    {
        float[] none = [.. Enumerable.Repeat(float.NegativeInfinity, 50)];
        Assert.Throws<ArithmeticException>(() => new Sampler(SamplingParams.Greedy, 0, _workspace).Sample(none, [], 0));
        Assert.Throws<ArithmeticException>(() => new Sampler(new SamplingParams(), 0, _workspace).Sample([.. Enumerable.Repeat(float.NaN, 50)], [], 0));
    }

    [Fact]
    public void Penalties_LookAtTheWindowOnly()
    {
        float[] logits = new float[50];
        logits[4] = 3;
        logits[5] = 2.9f;
        SamplingParams parameters = SamplingParams.Greedy with { FrequencyPenalty = 1, PenaltyWindow = 2 };
        Sampler sampler = new(parameters, 0, _workspace);
        Assert.Equal(5, sampler.Sample(logits, [9, 4], 1).Token);
        Assert.Equal(4, sampler.Sample(logits, [4, 9, 9], 1).Token);
        Assert.Equal(5, new Sampler(parameters with { PenaltyWindow = null }, 0, _workspace).Sample(logits, [4, 9, 9], 1).Token);
        Assert.Equal(4, new Sampler(parameters with { PenaltyWindow = 0 }, 0, _workspace).Sample(logits, [4, 4], 1).Token);
    }

    [Fact]
    public void WrongParameters_AreNamed()
    {
        (SamplingParams Params, string Name)[] wrong =
        [
            (new SamplingParams { Temperature = -1 }, "Temperature"), (new SamplingParams { Temperature = float.NaN }, "Temperature"),
            (new SamplingParams { TopK = -1 }, "TopK"), (new SamplingParams { TopP = 0 }, "TopP"), (new SamplingParams { TopP = 1.1f }, "TopP"),
            (new SamplingParams { MinP = 2 }, "MinP"), (new SamplingParams { RepetitionPenalty = 0 }, "RepetitionPenalty"),
            (new SamplingParams { PresencePenalty = float.PositiveInfinity }, "PresencePenalty"),
            (new SamplingParams { FrequencyPenalty = float.NaN }, "FrequencyPenalty"), (new SamplingParams { PenaltyWindow = -1 }, "PenaltyWindow"),
            (new SamplingParams { MaxTokens = 0 }, "MaxTokens"), (new SamplingParams { TopLogProbs = 21 }, "TopLogProbs"),
            (new SamplingParams { Stop = [""] }, "Stop"), (new SamplingParams { LogitBias = new Dictionary<int, float> { [50] = 1 } }, "LogitBias"),
        ];
        float nan = float.NaN;
        wrong =
        [
            .. wrong,
            (new SamplingParams { TopNSigma = -1 }, "TopNSigma"), (new SamplingParams { TopNSigma = nan }, "TopNSigma"),
            (new SamplingParams { TypicalP = 0 }, "TypicalP"), (new SamplingParams { TypicalP = 1.5f }, "TypicalP"),
            (new SamplingParams { XtcProbability = -0.1f }, "XtcProbability"), (new SamplingParams { XtcProbability = nan }, "XtcProbability"),
            (new SamplingParams { XtcThreshold = 0 }, "XtcThreshold"), (new SamplingParams { XtcThreshold = 2 }, "XtcThreshold"),
            (new SamplingParams { DryMultiplier = -1 }, "DryMultiplier"), (new SamplingParams { DryBase = 0.9f }, "DryBase"),
            (new SamplingParams { DryAllowedLength = 0 }, "DryAllowedLength"), (new SamplingParams { DryWindow = -1 }, "DryWindow"),
            (new SamplingParams { DrySequenceBreakers = [""] }, "DrySequenceBreakers"),
            (new SamplingParams { DrySequenceBreakers = [new string('x', 41)] }, "DrySequenceBreakers"),
        ];
        Assert.All(wrong, w => Assert.Equal(w.Name, Assert.Throws<ArgumentOutOfRangeException>(() => w.Params.Validate(50)).ParamName));
    }

    [Fact]
    public void AWrongValue_IsSaidWithWhatIsExpected()
    {
        ArgumentOutOfRangeException e = Assert.Throws<ArgumentOutOfRangeException>(() => new SamplingParams { TypicalP = 1.5f }.Validate(50));
        Assert.Contains("TypicalP must be above 0 and at most 1", e.Message, StringComparison.Ordinal);
        Assert.Contains("1.5", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void DryBreakersWithoutATokenizer_AreRefusedWithWhatToDo()
    {
        SamplingParams parameters = new() { DryMultiplier = 1 };
        ArgumentException e = Assert.Throws<ArgumentException>(() => new Sampler(parameters, 0, _workspace));
        Assert.Contains("DrySequenceBreakers holds 4 text(s)", e.Message, StringComparison.Ordinal);
        Assert.Contains("leave the list empty", e.Message, StringComparison.Ordinal);
        Assert.NotNull(new Sampler(parameters with { DrySequenceBreakers = [] }, 0, _workspace));
        Assert.NotNull(new Sampler(parameters with { DryMultiplier = 0 }, 0, _workspace));
    }

    [Fact]
    public void StepsThatAreOff_ChangeNoDraw()
    {
        SamplingParams parameters = new() { Temperature = 0.9f, TopK = 20, TopP = 0.95f, MinP = 0.02f, Seed = 5 };
        SamplingParams[] off =
        [
            parameters,
            parameters with { XtcProbability = 0, XtcThreshold = 0.1f },
            parameters with { XtcProbability = 1, XtcThreshold = 0.6f },
            parameters with { DryMultiplier = 1, DryWindow = 0 },
            parameters with { DryMultiplier = 1, DrySequenceBreakers = [], DryAllowedLength = 100 },
            parameters with { TopNSigma = 0, TypicalP = 1 },
        ];
        Assert.All(off, o =>
        {
            Sampler sampler = new(o, 0, _workspace);
            Numerics.SeededRandom random = new(5);
            Candidates candidates = new(50, FakeRunner.Kernels);
            int[] tokens = [1, 2, 1, 2, 1, 2];
            for (int i = 0; i < 500; i++)
            {
                float[] logits = [.. Logits.Select(l => l + (i * 0.001f))];
                candidates.Load(logits);
                candidates.Begin();
                candidates.TopK(20);
                candidates.TopP(0.95f);
                candidates.MinP(0.02f);
                candidates.Temperature(0.9f);
                Assert.Equal(candidates.Draw(random), sampler.Sample(logits, tokens, 1).Token);
            }
        });
    }

    [Fact]
    public void Xtc_TakesOneNumberMoreAToken()
    {
        SamplingParams parameters = new() { Temperature = 1, XtcProbability = 0.4f, XtcThreshold = 0.05f, Seed = 8 };
        Sampler sampler = new(parameters, 0, _workspace);
        Numerics.SeededRandom random = new(8);
        Candidates candidates = new(50, FakeRunner.Kernels);
        for (int i = 0; i < 500; i++)
        {
            candidates.Load(Logits);
            candidates.Begin();
            if (random.NextDouble() < 0.4f)
            {
                candidates.Xtc(1, 0.05f, new Numerics.SeededRandom(0));
            }

            Assert.Equal(candidates.Draw(random), sampler.Sample(Logits, [], 0).Token);
        }
    }

    [Fact]
    public void AtTemperatureZero_SelectingStepsDoNothingAndDryDoes()
    {
        float[] logits = new float[50];
        logits[3] = 2;
        logits[4] = 1.9f;
        SamplingParams parameters = SamplingParams.Greedy with { XtcProbability = 1, XtcThreshold = 0.01f, TypicalP = 0.01f, TopNSigma = 0.01f };
        Assert.Equal(3, new Sampler(parameters, 0, _workspace).Sample(logits, [3, 1, 2, 3, 1, 2], 3).Token);
        parameters = parameters with { DryMultiplier = 0.8f, DrySequenceBreakers = [] };
        Assert.Equal(4, new Sampler(parameters, 0, _workspace).Sample(logits, [1, 2, 3, 1, 2], 3).Token);
    }
}
