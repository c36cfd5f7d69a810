using System.Text.Json.Serialization;

namespace Jevons.Training;

/// <summary>
/// How the gap between the policy that sampled (a quantised rollout) and the trainer's own old policy is corrected. Names are
/// TRL's <c>vllm_importance_sampling_mode</c>.
/// </summary>
[JsonConverter(typeof(JsonStringEnumConverter<RolloutCorrectionMode>))]
public enum RolloutCorrectionMode
{
    /// <summary>Not at all.</summary>
    [JsonStringEnumMemberName("none")]
    None,

    /// <summary>The ratio of every token, cut back into the bounds (truncated importance sampling).</summary>
    [JsonStringEnumMemberName("token_truncate")]
    TokenTruncate,

    /// <summary>The ratio of every token; tokens outside of the bounds weigh nothing.</summary>
    [JsonStringEnumMemberName("token_mask")]
    TokenMask,

    /// <summary>The product of a sequence's ratios, cut back into the bounds.</summary>
    [JsonStringEnumMemberName("sequence_truncate")]
    SequenceTruncate,

    /// <summary>The product of a sequence's ratios; sequences outside of the bounds weigh nothing.</summary>
    [JsonStringEnumMemberName("sequence_mask")]
    SequenceMask,
}
