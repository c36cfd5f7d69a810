using System.Text.Json.Serialization;

namespace Jevons.Training;

/// <summary>The settings of a policy loss, under the names of TRL's GRPOConfig (its vllm_ prefix left out). <see cref="Validate"/> checks them.</summary>
public sealed record PolicyOptions
{
    /// <summary>Surrogate and average.</summary>
    [JsonPropertyName("loss_type")]
    public PolicyLossType LossType { get; init; } = PolicyLossType.Dapo;

    /// <summary>Whether ratios belong to tokens or to sequences (GSPO).</summary>
    [JsonPropertyName("importance_sampling_level")]
    public ImportanceLevel Level { get; init; } = ImportanceLevel.Token;

    /// <summary>Weight of the divergence from the reference model; 0 leaves it out and needs no reference.</summary>
    [JsonPropertyName("beta")]
    public double Beta { get; init; }

    /// <summary>Ratios are clipped below 1 - epsilon.</summary>
    [JsonPropertyName("epsilon")]
    public double EpsilonLow { get; init; } = 0.2;

    /// <summary>Ratios are clipped above 1 + epsilon_high; for cispo the cap itself.</summary>
    [JsonPropertyName("epsilon_high")]
    public double EpsilonHigh { get; init; } = 0.2;

    /// <summary>Caps the ratio of the unclipped branch too, which bounds the loss of bad answers that became likely; null: no cap.</summary>
    [JsonPropertyName("delta")]
    public double? Delta { get; init; }

    /// <summary>Only this share of the tokens, those with the largest entropy, carry the policy's gradient; 1: all.</summary>
    [JsonPropertyName("top_entropy_quantile")]
    public double TopEntropyQuantile { get; init; } = 1;

    /// <summary>
    /// Sequences with a negative advantage whose mean log p fell by more than this since they were sampled count for nothing;
    /// null: all count.
    /// </summary>
    [JsonPropertyName("off_policy_mask_threshold")]
    public double? OffPolicyMaskThreshold { get; init; }

    /// <summary>Whether the divergence is weighted by the ratio, which makes its gradient unbiased off the policy.</summary>
    [JsonPropertyName("use_bias_correction_kl")]
    public bool UseBiasCorrectionKl { get; init; }

    /// <summary>Weight of the entropy that is added as a bonus; 0 leaves it out.</summary>
    [JsonPropertyName("entropy_coef")]
    public double EntropyCoef { get; init; }

    /// <summary>Correction for rollouts of another policy.</summary>
    [JsonPropertyName("importance_sampling_mode")]
    public RolloutCorrectionMode RolloutCorrection { get; init; }

    /// <summary>Lower bound of the correction; null: none.</summary>
    [JsonPropertyName("importance_sampling_clip_min")]
    public double? CorrectionMin { get; init; }

    /// <summary>Upper bound of the correction; null: none.</summary>
    [JsonPropertyName("importance_sampling_clip_max")]
    public double? CorrectionMax { get; init; }

    /// <summary>sapo: steepness of the gate for advantages above 0.</summary>
    [JsonPropertyName("sapo_temperature_pos")]
    public double SapoTemperaturePos { get; init; } = 1.0;

    /// <summary>sapo: steepness of the gate for the other advantages.</summary>
    [JsonPropertyName("sapo_temperature_neg")]
    public double SapoTemperatureNeg { get; init; } = 1.05;

    /// <summary>vespo: exponent k for advantages of 0 and above.</summary>
    [JsonPropertyName("vespo_k_pos")]
    public double VespoKPos { get; init; } = 2;

    /// <summary>vespo: rate lambda for advantages of 0 and above.</summary>
    [JsonPropertyName("vespo_lambda_pos")]
    public double VespoLambdaPos { get; init; } = 3;

    /// <summary>vespo: exponent k for negative advantages.</summary>
    [JsonPropertyName("vespo_k_neg")]
    public double VespoKNeg { get; init; } = 3;

    /// <summary>vespo: rate lambda for negative advantages.</summary>
    [JsonPropertyName("vespo_lambda_neg")]
    public double VespoLambdaNeg { get; init; } = 2;

    /// <summary>dr_grpo: the constant length by which sums are divided.</summary>
    [JsonPropertyName("max_completion_length")]
    public int MaxCompletionLength { get; init; } = 512;

    /// <summary>Batches whose gradients are summed before a step.</summary>
    [JsonPropertyName("gradient_accumulation_steps")]
    public int GradientAccumulationSteps { get; init; } = 1;

    /// <summary>
    /// Batches that one generation is cut into; <see cref="PolicyBatch.StepTokens"/> counts the tokens of all of them.
    /// </summary>
    [JsonPropertyName("steps_per_generation")]
    public int StepsPerGeneration { get; init; } = 1;

    /// <summary>Checks the settings.</summary>
    /// <exception cref="ArgumentException">One is out of its range; the message names it as the config does.</exception>
    public void Validate()
    {
        Require(Beta >= 0, "beta", Beta, "0 or above");
        Require(EpsilonLow is >= 0 and < 1 || LossType == PolicyLossType.Gmpo, "epsilon", EpsilonLow, "0 or above and below 1");
        Require(EpsilonLow >= 0, "epsilon", EpsilonLow, "0 or above");
        Require(EpsilonHigh >= 0, "epsilon_high", EpsilonHigh, "0 or above");
        Require(Delta is null or > 0, "delta", Delta ?? 0, "above 0, or absent");
        Require(TopEntropyQuantile is > 0 and <= 1, "top_entropy_quantile", TopEntropyQuantile, "above 0, at most 1");
        Require(SapoTemperaturePos > 0, "sapo_temperature_pos", SapoTemperaturePos, "above 0");
        Require(SapoTemperatureNeg > 0, "sapo_temperature_neg", SapoTemperatureNeg, "above 0");
        Require(MaxCompletionLength > 0, "max_completion_length", MaxCompletionLength, "above 0");
        Require(GradientAccumulationSteps > 0, "gradient_accumulation_steps", GradientAccumulationSteps, "above 0");
        Require(StepsPerGeneration > 0, "steps_per_generation", StepsPerGeneration, "above 0");
        Require(CorrectionMin is null or >= 0, "importance_sampling_clip_min", CorrectionMin ?? 0, "0 or above, or absent");
        Require((CorrectionMax ?? double.PositiveInfinity) > (CorrectionMin ?? 0), "importance_sampling_clip_max", CorrectionMax ?? 0, "above the lower bound");
        Require(
            RolloutCorrection == RolloutCorrectionMode.None || CorrectionMin is not null || CorrectionMax is not null,
            "importance_sampling_clip_max",
            double.NaN,
            "an upper bound, a lower one or both when importance_sampling_mode is set");
        if (LossType == PolicyLossType.Gmpo && Level == ImportanceLevel.Sequence)
        {
            throw new ArgumentException("importance_sampling_level is \"sequence\", expected \"token\": gmpo clips every token before it takes the sequence's mean");
        }
    }

    private static void Require(bool holds, string name, double found, string expected)
    {
        if (!holds)
        {
            throw new ArgumentException(FormattableString.Invariant($"{name} is {found}, expected {expected}"));
        }
    }
}
