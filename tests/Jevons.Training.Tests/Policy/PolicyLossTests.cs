using System.Text.Json;

namespace Jevons.Training.Tests;

public class PolicyLossTests
{
    private static readonly string[] s_file = ["training-golden", "grpo", "policy.json"];

    public static TheoryData<string> Cases() => Golden.Names("cases", s_file);

    // Losses with constant weights of log p, and ratios of 1 with no old policy, are not the integral of their gradient.
    public static TheoryData<string> WholeGradients() =>
        [.. Cases().Select(c => c.Data).Where(c => !c.Contains("cispo", StringComparison.Ordinal)
            && !c.Contains("vespo", StringComparison.Ordinal) && !c.Contains("on_policy", StringComparison.Ordinal))];

    [Theory]
    [MemberData(nameof(Cases))]
    public void EveryCase_EqualsTheReference(string name)
    {
        JsonElement root = Golden.Root(s_file);
        JsonElement golden = Golden.Case(root, "cases", name);
        PolicyBatch batch = Batch(root, golden);
        PolicyOptions options = Options(root, golden);
        PolicyLossResult result = PolicyLoss.Compute(batch, options);

        Assert.Equal(golden.GetProperty("loss").GetDouble(), result.Loss, Tolerances.Double);
        Golden.Close(Golden.Numbers(golden, "grad_logps"), result.ByLogProb, Tolerances.Double, "gradient");
        if (golden.TryGetProperty("grad_entropies", out JsonElement byEntropy))
        {
            Golden.Close(Golden.Numbers(byEntropy), result.ByEntropy!, Tolerances.Double, "gradient by entropy");
        }
        else
        {
            Assert.Null(result.ByEntropy);
        }

        Dictionary<string, double> metrics = golden.GetProperty("metrics").EnumerateObject().ToDictionary(p => p.Name, p => p.Value.GetDouble(), StringComparer.Ordinal);
        Assert.Equal(metrics.Keys.Order(StringComparer.Ordinal), result.Metrics.Keys.Order(StringComparer.Ordinal));
        foreach ((string key, double expected) in metrics)
        {
            double tolerance = key.Contains("ratio", StringComparison.Ordinal) ? Tolerances.SingleShare : Tolerances.Double;
            Assert.True(Math.Abs(result.Metrics[key] - expected) <= tolerance, $"{key}: {result.Metrics[key]}, expected {expected}");
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void PaddingChangesNothing(string name)
    {
        JsonElement root = Golden.Root(s_file);
        JsonElement golden = Golden.Case(root, "cases", name);
        PolicyBatch padded = Batch(root, golden);
        PolicyOptions options = Options(root, golden);
        PolicyLossResult expected = PolicyLoss.Compute(padded, options);

        int[] kept = [.. Enumerable.Range(0, padded.Tokens).Where(padded.Counts)];
        float[]? Keep(float[]? values) => values is null ? null : [.. kept.Select(t => values[t])];
        int width = padded.Lengths[0];
        PolicyLossResult ragged = PolicyLoss.Compute(
            padded with
            {
                Lengths = [.. Enumerable.Range(0, padded.Lengths.Count).Select(s => kept.Count(t => t / width == s))],
                LogProbs = Keep(padded.LogProbs)!,
                OldLogProbs = Keep(padded.OldLogProbs),
                ReferenceLogProbs = Keep(padded.ReferenceLogProbs),
                SamplingLogProbs = Keep(padded.SamplingLogProbs),
                Entropies = Keep(padded.Entropies),
                Mask = null,
            },
            options);
        Assert.Equal(expected.Loss, ragged.Loss);
        Assert.Equal(kept.Select(t => expected.ByLogProb[t]), ragged.ByLogProb);
    }

    [Theory]
    [MemberData(nameof(WholeGradients))]
    public void TheGradient_IsThatOfFiniteDifferences(string name)
    {
        JsonElement root = Golden.Root(s_file);
        JsonElement golden = Golden.Case(root, "cases", name);
        PolicyBatch batch = Batch(root, golden);
        PolicyOptions options = Options(root, golden);

        // A step of 2^-9 keeps f32 exact. A central difference is wrong by h^2 / 6 times the third derivative; that of a term w A
        // is w A, with ratios w up to 3 and advantages up to 2.6, and no token's factor is above 1.
        const float h = 1f / 512;
        const double tolerance = h * h / 6 * 2.6 * 3;
        PolicyLossResult result = PolicyLoss.Compute(batch, options);
        int kinks = 0;
        for (int t = 0; t < batch.Tokens; t++)
        {
            double At(float step)
            {
                float[] moved = [.. batch.LogProbs];
                moved[t] += step;
                return PolicyLoss.Compute(batch with { LogProbs = moved }, options).Loss;
            }

            // Next to the edge of a clip the two sides have different slopes, and the derivative is one of them.
            double left = (result.Loss - At(-h)) / h;
            double right = (At(h) - result.Loss) / h;
            bool smooth = Math.Abs(result.ByLogProb[t] - ((left + right) / 2)) <= tolerance;
            kinks += smooth ? 0 : 1;
            double curve = Math.Abs(right - left);
            Assert.True(smooth || Math.Min(Math.Abs(result.ByLogProb[t] - left), Math.Abs(result.ByLogProb[t] - right)) <= curve, $"token {t}: {result.ByLogProb[t]}, slopes {left} and {right}");
        }

        Assert.True(kinks <= batch.Tokens / 10, $"{kinks} tokens next to the edge of a clip");
    }

    [Fact]
    public void BadBatchesAndSettings_SayWhatIsWrong()
    {
        PolicyBatch batch = new() { Lengths = [2, 1], LogProbs = [-1, -1, -1], Advantages = [1, -1] };
        string Message(PolicyBatch b, PolicyOptions o) => Assert.ThrowsAny<ArgumentException>(() => PolicyLoss.Compute(b, o)).Message;
        Assert.Contains("[2, 1] tokens and 2 log-probabilities", Message(batch with { LogProbs = [-1, -1] }, new()), StringComparison.Ordinal);
        Assert.Contains("1 advantages for 2 completions", Message(batch with { Advantages = [1] }, new()), StringComparison.Ordinal);
        Assert.Contains("ReferenceLogProbs are missing: beta is not 0", Message(batch, new() { Beta = 0.1 }), StringComparison.Ordinal);
        Assert.Contains("Entropies are missing: top_entropy_quantile is below 1", Message(batch, new() { TopEntropyQuantile = 0.2 }), StringComparison.Ordinal);
        Assert.Contains("OldLogProbs has 1 elements, expected one for each of 3", Message(batch with { OldLogProbs = [0] }, new()), StringComparison.Ordinal);
        Assert.Contains("epsilon is 1.5, expected 0 or above and below 1", Message(batch, new() { EpsilonLow = 1.5 }), StringComparison.Ordinal);
        Assert.Contains("importance_sampling_clip_max", Message(batch, new() { RolloutCorrection = RolloutCorrectionMode.TokenMask }), StringComparison.Ordinal);
    }

    [Fact]
    public void WithoutCountingTokens_TheLossIsZero()
    {
        PolicyBatch batch = new() { Lengths = [2, 1], LogProbs = [-1, -1, -1], Advantages = [1, -1], Mask = [false, false, false] };
        foreach (PolicyLossType type in Enum.GetValues<PolicyLossType>())
        {
            PolicyLossResult result = PolicyLoss.Compute(batch, new() { LossType = type });
            Assert.Equal(0, result.Loss);
            Assert.All(result.ByLogProb, g => Assert.Equal(0, g));
        }
    }

    private static PolicyBatch Batch(JsonElement root, JsonElement golden)
    {
        JsonElement inputs = root.GetProperty("inputs");
        double[] mask = Golden.Numbers(inputs, "mask");
        double[] tools = Golden.Numbers(inputs, "tool_mask");
        bool masksTools = golden.GetProperty("tool_mask").GetBoolean();
        int rows = inputs.GetProperty("mask").GetArrayLength();
        return new PolicyBatch
        {
            Lengths = [.. Enumerable.Repeat(mask.Length / rows, rows)],
            LogProbs = Golden.Floats(inputs.GetProperty("logps")),
            OldLogProbs = golden.GetProperty("on_policy").GetBoolean() ? null : Golden.Floats(inputs.GetProperty("old")),
            ReferenceLogProbs = Golden.Floats(inputs.GetProperty("ref")),
            SamplingLogProbs = Golden.Floats(inputs.GetProperty("sampling")),
            Entropies = Golden.Floats(inputs.GetProperty("entropies")),
            Advantages = Golden.Numbers(inputs, "advantages"),
            Mask = [.. mask.Select((m, i) => m != 0 && (!masksTools || tools[i] != 0))],
            StepTokens = golden.GetProperty("num_items_in_batch").GetDouble(),
        };
    }

    // The settings of the reference's object, by their names there; an unknown one fails the test.
    private static PolicyOptions Options(JsonElement root, JsonElement golden)
    {
        PolicyOptions options = new() { MaxCompletionLength = root.GetProperty("max_completion_length").GetInt32() };
        IEnumerable<JsonProperty> settings = root.GetProperty("fixed").EnumerateObject().Concat(golden.GetProperty("settings").EnumerateObject());
        foreach (JsonProperty setting in settings)
        {
            JsonElement v = setting.Value;
            options = setting.Name switch
            {
                "loss_type" => options with { LossType = v.Deserialize<PolicyLossType>() },
                "importance_sampling_level" => options with { Level = v.Deserialize<ImportanceLevel>() },
                "beta" => options with { Beta = v.GetDouble() },
                "epsilon_low" => options with { EpsilonLow = v.GetDouble() },
                "epsilon_high" => options with { EpsilonHigh = v.GetDouble() },
                "delta" => options with { Delta = v.GetDouble() },
                "top_entropy_quantile" => options with { TopEntropyQuantile = v.GetDouble() },
                "off_policy_mask_threshold" => options with { OffPolicyMaskThreshold = v.GetDouble() },
                "use_bias_correction_kl" => options with { UseBiasCorrectionKl = v.GetBoolean() },
                "entropy_coef" => options with { EntropyCoef = v.GetDouble() },
                "current_gradient_accumulation_steps" => options with { GradientAccumulationSteps = v.GetInt32() },
                "steps_per_generation" => options with { StepsPerGeneration = v.GetInt32() },
                "sapo_temperature_pos" => options with { SapoTemperaturePos = v.GetDouble() },
                "sapo_temperature_neg" => options with { SapoTemperatureNeg = v.GetDouble() },
                "vespo_k_pos" => options with { VespoKPos = v.GetDouble() },
                "vespo_k_neg" => options with { VespoKNeg = v.GetDouble() },
                "vespo_lambda_pos" => options with { VespoLambdaPos = v.GetDouble() },
                "vespo_lambda_neg" => options with { VespoLambdaNeg = v.GetDouble() },
                "use_vllm" or "vllm_importance_sampling_correction" or "_entropy_bonus_enabled" => options,
                _ => throw new InvalidDataException($"{golden.GetProperty("name")}: unknown setting {setting.Name}"),
            };
        }

        if (golden.TryGetProperty("tis", out JsonElement correction))
        {
            double? Bound(string name) => correction.GetProperty(name).ValueKind == JsonValueKind.Null ? null : correction.GetProperty(name).GetDouble();
            options = options with
            {
                RolloutCorrection = correction.GetProperty("mode").Deserialize<RolloutCorrectionMode>(),
                CorrectionMin = Bound("clip_min"),
                CorrectionMax = Bound("clip_max"),
            };
        }

        return golden.GetProperty("trainer").GetString() == "GMPOTrainer" ? options with { LossType = PolicyLossType.Gmpo } : options;
    }
}
