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
            Temperature = 0.5f, TopK = 5, TopP = 0.9f, MinP = 0.1f, RepetitionPenalty = 2, PresencePenalty = 1, FrequencyPenalty = 1,
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
        Assert.All(wrong, w => Assert.Equal(w.Name, Assert.Throws<ArgumentOutOfRangeException>(() => w.Params.Validate(50)).ParamName));
    }
}
