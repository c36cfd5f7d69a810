using System.Text.Json;
using Jevons.Testing;

namespace Jevons.Inference.Tests;

public class CandidatesTests
{
    public static TheoryData<int> GoldenCases()
    {
        TheoryData<int> data = [];
        string? path = SharedData.TryPath("op-golden", "llama.cpp-sampling-cases.jsonl");
        int count = path is null ? 1 : File.ReadLines(path).Count(line => line.Length > 0);
        for (int i = 0; i < count; i++)
        {
            data.Add(i);
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(GoldenCases))]
    public void EverySamplerCaseOfTheReference_Holds(int index)
    {
        string line = File.ReadLines(SharedData.Path("op-golden", "llama.cpp-sampling-cases.jsonl")).Where(l => l.Length > 0).ElementAt(index);
        using JsonDocument document = JsonDocument.Parse(line);
        string test = document.RootElement.GetProperty("test").GetString()!;
        JsonElement[] args = [.. document.RootElement.GetProperty("args").EnumerateArray()];
        if (test == "test_sampler_queue")
        {
            CheckQueue((int)args[0].GetDouble(), args[1].GetString()!, (int)args[2].GetDouble(), args[3].GetSingle(), args[4].GetSingle());
            return;
        }

        float[] probs = Floats(args[0]);
        SamplingParams? parameters = null;
        Candidates candidates = new(probs.Length, FakeRunner.Kernels);
        candidates.Load([.. probs.Select(p => MathF.Log(p))]);
        float[] expected = Floats(test == "test_penalties" ? args[2] : args[1]);
        switch (test)
        {
            case "test_temp":
                candidates.Begin();
                candidates.Temperature(args[2].GetSingle());
                break;
            case "test_temp_ext":
                Assert.SkipWhen(args[3].GetSingle() != 0, "dynamic temperature is not among our samplers");
                candidates.Begin();
                candidates.Temperature(args[2].GetSingle());
                break;
            case "test_top_k":
                candidates.Begin();
                candidates.TopK((int)args[2].GetDouble());
                break;
            case "test_top_p":
                candidates.Begin();
                candidates.TopP(args[2].GetSingle());
                break;
            case "test_min_p":
                candidates.Begin();
                candidates.MinP(args[2].GetSingle());
                break;
            case "test_penalties":
                parameters = new() { RepetitionPenalty = args[3].GetSingle(), FrequencyPenalty = args[4].GetSingle(), PresencePenalty = args[5].GetSingle() };
                new Penalties(parameters.RepetitionPenalty, parameters.PresencePenalty, parameters.FrequencyPenalty, 64, new int[probs.Length])
                    .Process([.. Floats(args[1]).Select(f => (int)f)], 0, candidates.Logits);
                candidates.Begin();
                break;
            case "test_dry":
                expected = Floats(args[2]);
                Dry(args).Process([.. Floats(args[1]).Select(f => (int)f)], 0, candidates.Logits);
                candidates.Begin();
                break;
            case "test_top_n_sigma":
                candidates.Begin();
                candidates.TopNSigma(args[2].GetSingle());
                break;
            case "test_typical":
                candidates.Begin();
                candidates.Typical(args[2].GetSingle());
                break;
            case "test_xtc":
                candidates.Begin();
                candidates.Xtc(args[2].GetSingle(), args[3].GetSingle(), new Numerics.SeededRandom(1));
                break;
            default:
                Assert.Fail($"{test} is a sampler of llama.cpp's that is not among ours");
                break;
        }

        (int Token, double Probability)[] actual = candidates.ToArray();
        if (test is "test_temp" or "test_temp_ext")
        {
            // The reference keeps refused candidates with probability 0.
            expected = [.. expected.Where(p => p > 0)];
        }

        if (test is "test_xtc" or "test_typical")
        {
            // The reference states these as they were before the others went.
            float sum = expected.Sum();
            expected = [.. expected.Select(p => p / sum)];

            // Ours keeps tokens of a whole vocabulary that XTC removes, with probability 0.
            actual = [.. actual.Where(a => a.Probability > 0)];
        }

        Assert.Equal(expected.Length, actual.Length);
        Assert.All(
            expected.Order().Zip(actual.Select(a => a.Probability).Order()),
            pair => Assert.Equal(pair.First, pair.Second, 1e-5));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(1000)]
    public void TopK_KeepsWhatAFullSortKeeps(int k)
    {
        Numerics.SeededRandom random = new((ulong)k);
        float[] logits = [.. Enumerable.Range(0, 1000).Select(_ => MathF.Round(random.NextSingle() * 50) / 4)];
        Candidates candidates = new(1000, FakeRunner.Kernels);
        candidates.Load(logits);
        candidates.Begin();
        candidates.TopK(k);
        IEnumerable<int> expected = Enumerable.Range(0, 1000).OrderByDescending(i => logits[i]).ThenBy(i => i).Take(k);
        Assert.Equal(k == 1000 ? expected.Order() : expected, candidates.ToArray().Select(c => c.Token));
    }

    [Theory]
    [InlineData(0.05f, 1f)]
    [InlineData(0.5f, 8f)]
    [InlineData(0.9f, 0.01f)]
    [InlineData(0.999f, 30f)]
    public void TopP_KeepsWhatAFullSortKeeps(float p, float spread)
    {
        Numerics.SeededRandom random = new(3);
        float[] logits = [.. Enumerable.Range(0, 5000).Select(_ => (float)random.NextGaussian() * spread)];
        Candidates candidates = new(5000, FakeRunner.Kernels);
        candidates.Load(logits);
        candidates.Begin();
        candidates.TopP(p);
        int[] order = [.. Enumerable.Range(0, 5000).OrderByDescending(i => logits[i]).ThenBy(i => i)];
        double total = logits.Sum(l => Math.Exp(l - logits[order[0]]));
        double sum = 0;
        int count = 0;
        while (sum < p * total)
        {
            sum += Math.Exp(logits[order[count++]] - logits[order[0]]);
        }

        Assert.Equal(order.Take(count), candidates.ToArray().Select(c => c.Token));
    }

    [Fact]
    public void Draws_FollowTheProbabilities()
    {
        Candidates candidates = new(4, FakeRunner.Kernels);
        Numerics.SeededRandom random = new(11);
        int[] counts = new int[4];
        for (int i = 0; i < 20_000; i++)
        {
            candidates.Load([MathF.Log(0.1f), MathF.Log(0.2f), MathF.Log(0.3f), MathF.Log(0.4f)]);
            candidates.Begin();
            counts[candidates.Draw(random)]++;
        }

        // Four standard deviations of a binomial count.
        for (int i = 0; i < 4; i++)
        {
            double p = (i + 1) / 10.0;
            Assert.InRange(counts[i], (20_000 * p) - (4 * Math.Sqrt(20_000 * p * (1 - p))), (20_000 * p) + (4 * Math.Sqrt(20_000 * p * (1 - p))));
        }
    }

    private static float[] Floats(JsonElement array) => [.. array.EnumerateArray().Select(e => e.GetSingle())];

    // Token i is the byte i of the tiny vocabulary, so that a breaker of tokens is a text of these bytes.
    private static DryPenalty Dry(JsonElement[] args)
    {
        string[] breakers = [.. args[7].EnumerateArray().Select(tokens => string.Concat(Floats(tokens).Select(f => (char)f)))];
        return new DryPenalty(
            args[3].GetSingle(),
            args[4].GetSingle(),
            (int)args[5].GetDouble(),
            (int)args[6].GetDouble(),
            SequenceBreakers.Create(breakers, TinyTokenizer.WithTags),
            new SamplerWorkspace(args[0].GetArrayLength(), FakeRunner.Kernels));
    }

    // The queue cases state no result; logit(i) = ln i, so p(i) is proportional to i and each step can be followed exactly.
    private static void CheckQueue(int vocab, string steps, int topK, float topP, float minP)
    {
        Candidates candidates = new(vocab, FakeRunner.Kernels);
        candidates.Load([.. Enumerable.Range(0, vocab).Select(i => MathF.Log(i))]);
        candidates.Begin();
        List<int> expected = [.. Enumerable.Range(0, vocab).Reverse()];
        foreach (char step in steps)
        {
            switch (step)
            {
                case 'k':
                    candidates.TopK(topK);
                    expected = [.. expected.Take(topK)];
                    break;
                case 'p':
                    candidates.TopP(topP);
                    double total = expected.Sum(i => (double)i);
                    double sum = 0;
                    int count = 0;
                    do
                    {
                        sum += expected[count++];
                    }
                    while (topP < 1 && sum < topP * total);
                    expected = topP < 1 ? [.. expected.Take(count)] : expected;
                    break;
                case 'm':
                    candidates.MinP(minP);
                    expected = [.. expected.Where((i, n) => n == 0 || i >= (double)minP * expected[0])];
                    break;
                default:
                    Assert.Fail($"unknown step {step}");
                    break;
            }

            Assert.Equal(expected.Order(), candidates.ToArray().Select(c => c.Token).Order());
        }
    }
}
