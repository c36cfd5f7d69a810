using System.Text.Json;
using Jevons.Testing;

namespace Jevons.Models.Tests;

/// <summary>Every architecture against logits of transformers and llama.cpp (weights/**/golden-*.json).</summary>
public sealed class GoldenLogitsTests
{
    // f32 sums in another order than the reference's; the references lie within 1e-6 of a float64 forward.
    private const double Tolerance = 2e-4;

    public static TheoryData<string> FloatGoldens => GoldenCase.Files("-f32.json", "golden-fp8.json", "golden-transformers.json");

    public static TheoryData<string> QuantisedGoldens => GoldenCase.Files("exact-quantised.json");

    [Theory]
    [MemberData(nameof(FloatGoldens))]
    public void FloatWeights_GiveTheReferencesLogitsAndGreedyTokens(string golden)
    {
        string file = SharedData.Path(golden);
        string folder = Path.GetDirectoryName(file)!;
        List<string> models = [];
        using (JsonDocument json = JsonDocument.Parse(File.ReadAllBytes(file)))
        {
            if (json.RootElement.TryGetProperty("model_file", out JsonElement m) && m.GetString()!.EndsWith(".gguf", StringComparison.Ordinal))
            {
                models.Add(Path.Combine(folder, m.GetString()!));
            }
        }

        if (File.Exists(Path.Combine(folder, "config.json")) && File.Exists(Path.Combine(folder, "model.safetensors")))
        {
            models.Add(folder);
        }

        Assert.NotEmpty(models);
        foreach (string path in models)
        {
            using ModelBench bench = new(path);
            foreach (GoldenCase c in GoldenCase.Read(file))
            {
                double distance = c.Distance(bench.Logits(c.Prompt));
                Assert.True(distance <= Tolerance, $"{Path.GetFileName(path)}: off by {distance:e2}");
                c.AssertGreedy(bench.Greedy(c.Prompt, c.Greedy.Length), 2 * Tolerance);
            }
        }
    }

    [Theory]
    [MemberData(nameof(QuantisedGoldens))]
    public void QuantisedWeights_Exact_GiveTheLogitsOfTheDequantisedWeights(string golden)
    {
        foreach ((string file, GoldenCase c, float[] _) in GoldenCase.ReadQuantised(SharedData.Path(golden)))
        {
            using ModelBench bench = new(file, exact: true);
            double distance = c.Distance(bench.Logits(c.Prompt));
            Assert.True(distance <= Tolerance, $"{Path.GetFileName(file)}: off by {distance:e2}");
            c.AssertGreedy(bench.Greedy(c.Prompt, c.Greedy.Length), 2 * Tolerance);
        }
    }

    [Theory]
    [MemberData(nameof(QuantisedGoldens))]
    public void QuantisedWeights_ByDefault_LieNoFurtherOffThanLlamaCpp(string golden)
    {
        List<string> over = [];
        foreach ((string file, GoldenCase c, float[] theirs) in GoldenCase.ReadQuantised(SharedData.Path(golden)))
        {
            using ModelBench bench = new(file);
            float[][] rows = bench.Logits(c.Prompt);
            int width = c.Logits.Length / rows.Length;
            double[] ours = [.. rows.Select((r, i) => Rms(r, c.Logits.AsSpan(i * width, width))).Order()];
            double[] peer = [.. rows.Select((_, i) => Rms(theirs.AsSpan(i * width, width), c.Logits.AsSpan(i * width, width))).Order()];
            double ratio = ours[ours.Length / 2] / Math.Max(peer[peer.Length / 2], 1e-4);
            TestContext.Current.TestOutputHelper?.WriteLine($"{Path.GetFileName(file)}: {ratio:f3} of llama.cpp's distance");
            if (ratio > 1.1)
            {
                over.Add($"{Path.GetFileName(file)}: {ratio:f3} of llama.cpp's distance");
            }
        }

        Assert.Empty(over);
    }

    private static double Rms(ReadOnlySpan<float> a, ReadOnlySpan<float> b)
    {
        double sum = 0;
        for (int i = 0; i < a.Length; i++)
        {
            sum += (a[i] - b[i]) * (double)(a[i] - b[i]);
        }

        return Math.Sqrt(sum / a.Length);
    }
}
