using System.Text.Json;

namespace Jevons.Training.Tests;

public class RolloutCorrectionTests
{
    [Fact]
    public void Weights_EqualTheReference()
    {
        JsonElement root = Golden.Root("training-golden", "grpo", "policy.json");
        JsonElement inputs = root.GetProperty("inputs");
        double[] mask = Golden.Numbers(inputs, "mask");
        int rows = inputs.GetProperty("mask").GetArrayLength();
        int width = mask.Length / rows;
        PolicyBatch batch = new()
        {
            Lengths = [.. Enumerable.Repeat(width, rows)],
            LogProbs = Golden.Floats(inputs.GetProperty("logps")),
            OldLogProbs = Golden.Floats(inputs.GetProperty("old")),
            SamplingLogProbs = Golden.Floats(inputs.GetProperty("sampling")),
            Advantages = new double[rows],
            Mask = [.. mask.Select(m => m != 0)],
        };
        int compared = 0;
        foreach (JsonElement golden in root.GetProperty("cases").EnumerateArray().Where(c => c.TryGetProperty("tis", out _)))
        {
            JsonElement tis = golden.GetProperty("tis");
            JsonElement min = tis.GetProperty("clip_min");
            double[] weights = RolloutCorrection.Weights(batch, new PolicyOptions
            {
                RolloutCorrection = tis.GetProperty("mode").Deserialize<RolloutCorrectionMode>(),
                CorrectionMin = min.ValueKind == JsonValueKind.Null ? null : min.GetDouble(),
                CorrectionMax = tis.GetProperty("clip_max").GetDouble(),
            });
            double[] expected = Golden.Numbers(golden, "importance_sampling_ratio");
            double[] actual = expected.Length == rows ? [.. weights.Where((_, t) => t % width == 0)] : weights;
            Golden.Close(expected, actual, Tolerances.Double, golden.GetProperty("name").GetString()!);
            compared++;
        }

        Assert.Equal(8, compared);
    }
}
