using System.Text.Json;

namespace Jevons.Training.Tests;

public class DpoLossTests
{
    private static readonly string[] s_file = ["training-golden", "grpo", "dpo.json"];

    public static TheoryData<string> Cases() => Golden.Names("cases", s_file);

    [Theory]
    [MemberData(nameof(Cases))]
    public void EveryCase_EqualsTheReference(string name)
    {
        JsonElement root = Golden.Root(s_file);
        JsonElement golden = Golden.Case(root, "cases", name);
        int rows = root.GetProperty("mask").GetArrayLength();
        double[] mask = Golden.Numbers(root, "mask");
        DpoBatch batch = new(
            [.. Enumerable.Repeat(mask.Length / rows, rows)],
            Golden.Floats(root.GetProperty("logps")),
            Golden.Floats(root.GetProperty("ref_logps")),
            [.. mask.Select(m => m != 0)]);
        DpoResult result = DpoLoss.Compute(batch, new DpoOptions
        {
            LossType = golden.GetProperty("loss_type").Deserialize<DpoLossType>(),
            Beta = golden.GetProperty("beta").GetDouble(),
            LabelSmoothing = golden.GetProperty("label_smoothing").GetDouble(),
        });

        Assert.Equal(golden.GetProperty("loss").GetDouble(), result.Loss, Tolerances.Double);
        Golden.Close(Golden.Numbers(golden, "grad_logps"), result.ByLogProb, Tolerances.Double, "gradient");
        foreach (JsonProperty metric in golden.GetProperty("metrics").EnumerateObject())
        {
            double tolerance = metric.Name == "rewards/accuracies" ? Tolerances.SingleShare : Tolerances.Double;
            Assert.True(Math.Abs(result.Metrics[metric.Name] - metric.Value.GetDouble()) <= tolerance, $"{metric.Name}: {result.Metrics[metric.Name]}");
        }
    }

    [Fact]
    public void BadPairsAndSettings_SayWhatIsWrong()
    {
        string Message(DpoBatch b, DpoOptions o) => Assert.ThrowsAny<ArgumentException>(() => DpoLoss.Compute(b, o)).Message;
        Assert.Contains("3 completions, expected as many chosen as rejected", Message(new([1, 1, 1], [0, 0, 0], [0, 0, 0]), new()), StringComparison.Ordinal);
        Assert.Contains("2 log-probabilities, 1 of the reference", Message(new([1, 1], [0, 0], [0]), new()), StringComparison.Ordinal);
        Assert.Contains("beta is 0", Message(new([1, 1], [0, 0], [0, 0]), new() { Beta = 0 }), StringComparison.Ordinal);
        Assert.Contains("label_smoothing is 0.1", Message(new([1, 1], [0, 0], [0, 0]), new() { LabelSmoothing = 0.1 }), StringComparison.Ordinal);
    }
}
