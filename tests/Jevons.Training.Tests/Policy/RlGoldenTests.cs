using System.Text.Json;
using Jevons.Kernels;

namespace Jevons.Training.Tests;

/// <summary>The losses, advantages and entropies of a course's reference solution, computed by it in f32.</summary>
public class RlGoldenTests
{
    // The reference is f32: means over 20 tokens of values up to 8 are off by some 2^-22; log p here are plain normal numbers up
    // to 4 and ratios up to e^4.
    private const double Single = 2e-6;

    [Fact]
    public void GroupRelativeClipping_IsThePolicyLossWithTheMeanOverSequences()
    {
        JsonElement golden = Case("test_grpo_microbatch_train_step_grpo_clip");
        JsonElement parameters = golden.GetProperty("params");
        double clip = parameters.GetProperty("cliprange").GetDouble();
        PolicyLossResult result = PolicyLoss.Compute(
            Batch(golden) with { OldLogProbs = Floats(golden, "old_log_probs"), Advantages = [.. Numbers(golden.GetProperty("inputs"), "advantages")] },
            new PolicyOptions
            {
                LossType = PolicyLossType.Grpo,
                EpsilonLow = clip,
                EpsilonHigh = clip,
                GradientAccumulationSteps = parameters.GetProperty("gradient_accumulation_steps").GetInt32(),
            });
        Compare(golden, result);
    }

    [Theory]
    [InlineData("test_sft_microbatch_train_step")]
    [InlineData("test_sft_microbatch_train_step_normalize")]
    public void SupervisedFineTuning_IsThePolicyLossWithoutRatios(string name)
    {
        // sum of -log p over the tokens that count, divided by sequences, constant and accumulation steps: advantages of 1 and
        // constant weights of 1.
        JsonElement golden = Case(name);
        JsonElement parameters = golden.GetProperty("params");
        PolicyBatch batch = Batch(golden);
        PolicyLossResult result = PolicyLoss.Compute(
            batch with { StepTokens = parameters.GetProperty("normalize_constant").GetDouble() * batch.Lengths.Count },
            new PolicyOptions
            {
                LossType = PolicyLossType.Cispo,
                EpsilonHigh = 1,
                GradientAccumulationSteps = parameters.GetProperty("gradient_accumulation_steps").GetInt32(),
            });
        Compare(golden, result);
    }

    [Theory]
    [InlineData("test_compute_naive_policy_gradient_loss", "raw_rewards_or_advantages")]
    [InlineData("test_compute_policy_gradient_loss_no_baseline", "raw_rewards")]
    public void ThePlainPolicyGradient_IsThePolicyLossWithoutRatios(string name, string rewards)
    {
        JsonElement golden = Case(name);
        PolicyBatch batch = Batch(golden) with { Advantages = [.. Numbers(golden.GetProperty("inputs"), rewards)] };
        double[] perToken = Numbers(golden.GetProperty("expected"), "array");
        for (int t = 0; t < perToken.Length; t++)
        {
            // One token alone counts.
            bool[] mask = new bool[perToken.Length];
            mask[t] = true;
            PolicyLossResult result = PolicyLoss.Compute(batch with { Mask = mask }, new PolicyOptions { LossType = PolicyLossType.Cispo, EpsilonHigh = 1 });
            Assert.Equal(perToken[t], result.Loss, Single);
        }
    }

    [Theory]
    [InlineData("test_compute_group_normalized_rewards_normalize_by_std", AdvantageScale.Group)]
    [InlineData("test_compute_group_normalized_rewards_no_normalize_by_std", AdvantageScale.None)]
    public void GroupNormalizedRewards_AreAdvantages(string name, AdvantageScale scale)
    {
        JsonElement golden = Case(name);
        JsonElement parameters = golden.GetProperty("params");
        double[] rewards = Numbers(golden.GetProperty("inputs"), "rewards");
        AdvantageResult result = Advantages.Compute(
            [.. rewards.Select(r => new double?[] { r })],
            [1],
            parameters.GetProperty("group_size").GetInt32(),
            scale,
            epsilon: parameters.GetProperty("advantage_eps").GetDouble());
        Golden.Close(Numbers(golden.GetProperty("expected"), "normalized_rewards"), result.Advantages, Single, "advantages");
    }

    [Fact]
    public void Entropies_AreTheHeads()
    {
        JsonElement golden = Case("test_compute_entropy");
        double[] expected = Numbers(golden.GetProperty("expected"), "array");
        float[] logits = Floats(golden, "logits");
        int vocabulary = logits.Length / expected.Length;
        using KernelBench bench = new();
        float[] entropies = new float[expected.Length];
        TokenLogProbs.Run(
            bench.Rows(expected.Length, vocabulary, logits), new int[expected.Length], new float[expected.Length], new double[expected.Length], entropies, bench.Context);
        Golden.Close(expected, [.. entropies.Select(h => (double)h)], Tolerances.LogProb, "entropy");
    }

    private static JsonElement Case(string name) =>
        Golden.Root("rl-golden", "cs336-a5-grpo-sft.json").GetProperty("cases").EnumerateArray().Single(c => c.GetProperty("test").GetString() == name);

    private static PolicyBatch Batch(JsonElement golden)
    {
        JsonElement inputs = golden.GetProperty("inputs");
        int[] shape = [.. inputs.GetProperty("policy_log_probs").GetProperty("shape").EnumerateArray().Select(n => n.GetInt32())];
        return new PolicyBatch
        {
            Lengths = [.. Enumerable.Repeat(shape[1], shape[0])],
            LogProbs = Floats(golden, "policy_log_probs"),
            Advantages = [.. Enumerable.Repeat(1.0, shape[0])],
            Mask = inputs.TryGetProperty("response_mask", out _) ? [.. Numbers(inputs, "response_mask").Select(m => m != 0)] : null,
        };
    }

    private static void Compare(JsonElement golden, PolicyLossResult result)
    {
        JsonElement expected = golden.GetProperty("expected");
        Assert.Equal(Numbers(expected, "loss")[0], result.Loss, Single);
        Golden.Close(Numbers(expected, "policy_log_probs_grad"), result.ByLogProb, Single, "gradient");
    }

    private static double[] Numbers(JsonElement of, string name)
    {
        JsonElement array = of.GetProperty(name);
        return Golden.Numbers(array.ValueKind == JsonValueKind.Object ? array.GetProperty("data") : array);
    }

    private static float[] Floats(JsonElement golden, string name) => [.. Numbers(golden.GetProperty("inputs"), name).Select(n => (float)n)];
}
