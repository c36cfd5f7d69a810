using System.Runtime.InteropServices;
using System.Text.Json;
using Jevons.Testing;

namespace Jevons.Models.Tests;

/// <summary>One prompt of a golden file: what the reference computed for it.</summary>
internal sealed record GoldenCase(int[] Prompt, int[] Greedy, double[] Margins, float[] Logits)
{
    /// <summary>The cases of a golden-*.json with stored logits.</summary>
    public static IReadOnlyList<GoldenCase> Read(string file)
    {
        string folder = Path.GetDirectoryName(file)!;
        using JsonDocument json = JsonDocument.Parse(File.ReadAllBytes(file));
        List<GoldenCase> cases = [];
        foreach (JsonElement c in json.RootElement.GetProperty("cases").EnumerateArray())
        {
            if (c.TryGetProperty("logits_file", out JsonElement logits) && logits.ValueKind == JsonValueKind.String)
            {
                int[] greedy = Ints(c.GetProperty("greedy"));
                double margin = c.TryGetProperty("min_top1_margin", out JsonElement m) || c.TryGetProperty("greedy_min_margin", out m) ? m.GetDouble() : 1;
                cases.Add(new GoldenCase(Ints(c.GetProperty("prompt")), greedy, [.. Enumerable.Repeat(margin, greedy.Length)], Floats(Path.Combine(folder, logits.GetString()!))));
            }
        }

        return cases;
    }

    /// <summary>The models of an exact-quantised.json: logits of the dequantised weights, and llama.cpp's.</summary>
    public static IEnumerable<(string File, GoldenCase Case, float[] LlamaCpp)> ReadQuantised(string file)
    {
        string folder = Path.GetDirectoryName(file)!;
        using JsonDocument json = JsonDocument.Parse(File.ReadAllBytes(file));
        foreach (JsonProperty model in json.RootElement.GetProperty("models").EnumerateObject())
        {
            JsonElement c = model.Value;
            GoldenCase golden = new(
                Ints(c.GetProperty("prompt")),
                Ints(c.GetProperty("greedy")),
                [.. c.GetProperty("greedy_margins").EnumerateArray().Select(e => e.GetDouble())],
                Floats(Path.Combine(folder, c.GetProperty("logits_file").GetString()!)));
            yield return (Path.Combine(folder, model.Name), golden, Floats(Path.Combine(folder, c.GetProperty("llamacpp_logits_file").GetString()!)));
        }
    }

    /// <summary>Golden files below weights/ whose name ends as asked, for member data.</summary>
    public static TheoryData<string> Files(params string[] endings) => [.. SharedData.Walk("*.json", "weights")
        .Where(f => endings.Any(e => f.EndsWith(e, StringComparison.Ordinal)))];

    public static float[] Floats(string file) => MemoryMarshal.Cast<byte, float>(File.ReadAllBytes(file)).ToArray();

    public static int[] Ints(JsonElement array) => [.. array.EnumerateArray().Select(e => e.GetInt32())];

    /// <summary>Largest absolute difference to the stored logits.</summary>
    public double Distance(float[][] rows)
    {
        double worst = 0;
        int width = Logits.Length / rows.Length;
        for (int r = 0; r < rows.Length; r++)
        {
            Assert.Equal(width, rows[r].Length);
            for (int i = 0; i < width; i++)
            {
                Assert.True(float.IsFinite(rows[r][i]), $"logit [{r}, {i}] is {rows[r][i]}");
                worst = Math.Max(worst, Math.Abs(rows[r][i] - Logits[(r * width) + i]));
            }
        }

        return worst;
    }

    /// <summary>Equal, or equal up to the first place where the reference itself was nearly undecided.</summary>
    public void AssertGreedy(int[] found, double tie)
    {
        for (int i = 0; i < Greedy.Length; i++)
        {
            if (found[i] != Greedy[i])
            {
                Assert.True(Margins[i] < tie, $"token {i} is {found[i]}, expected {Greedy[i]} (margin {Margins[i]})");
                return;
            }
        }
    }
}
