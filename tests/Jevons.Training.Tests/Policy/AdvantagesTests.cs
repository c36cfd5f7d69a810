using System.Text.Json;

namespace Jevons.Training.Tests;

public class AdvantagesTests
{
    private static readonly string[] s_file = ["training-golden", "grpo", "advantages.json"];

    public static TheoryData<string> Cases() => Golden.Names("cases", s_file);

    [Theory]
    [MemberData(nameof(Cases))]
    public void EveryCase_EqualsTheReference(string name)
    {
        JsonElement golden = Golden.Case(Golden.Root(s_file), "cases", name);
        int group = golden.GetProperty("num_generations").GetInt32();
        if (golden.TryGetProperty("normalize_advantages", out JsonElement normalize))
        {
            double[] leaveOneOut = Advantages.LeaveOneOut(Golden.Numbers(golden, "rewards"), group, normalize.GetBoolean());
            Golden.Close(Golden.Numbers(golden, "advantages"), leaveOneOut, Tolerances.Double, "advantages");
            return;
        }

        List<double?[]> rewards = [.. golden.GetProperty("rewards_per_func").EnumerateArray()
            .Select(row => row.EnumerateArray().Select(v => v.ValueKind == JsonValueKind.Null ? (double?)null : v.GetDouble()).ToArray())];
        AdvantageResult result = Advantages.Compute(
            rewards,
            Golden.Numbers(golden, "reward_weights"),
            group,
            golden.GetProperty("scale_rewards").Deserialize<AdvantageScale>(),
            golden.GetProperty("aggregation").Deserialize<RewardAggregation>());
        Golden.Close(Golden.Numbers(golden, "advantages"), result.Advantages, Tolerances.Double, "advantages");
        Assert.Equal(golden.GetProperty("frac_reward_zero_std").GetDouble(), result.ZeroSpreadShare);
    }

    [Fact]
    public void BrokenGroups_SayWhatIsWrong()
    {
        string message = Assert.ThrowsAny<ArgumentException>(() => Advantages.Compute([[1], [2], [3]], [1], 2, AdvantageScale.Group)).Message;
        Assert.Contains("3 completions in groups of 2", message, StringComparison.Ordinal);
        message = Assert.ThrowsAny<ArgumentException>(() => Advantages.Compute([[1], [2, 3]], [1], 2, AdvantageScale.Group)).Message;
        Assert.Contains("completion 1 has 2 rewards for 1 weights", message, StringComparison.Ordinal);
    }
}
