using System.Text.Json.Serialization;

namespace Jevons.Training;

/// <summary>Which surrogate a policy is trained with, and how its tokens are averaged. Names are TRL's <c>loss_type</c>.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<PolicyLossType>))]
public enum PolicyLossType
{
    /// <summary>Clipped ratio, mean over sequences of the mean over tokens (DeepSeekMath, arXiv 2402.03300).</summary>
    [JsonStringEnumMemberName("grpo")]
    Grpo,

    /// <summary>Clipped ratio, sum over all tokens divided by the tokens of this batch.</summary>
    [JsonStringEnumMemberName("bnpo")]
    Bnpo,

    /// <summary>Clipped ratio, sum over all tokens divided by a constant length (Dr. GRPO, arXiv 2503.20783).</summary>
    [JsonStringEnumMemberName("dr_grpo")]
    DrGrpo,

    /// <summary>Clipped ratio, sum over all tokens divided by the tokens of the whole step (DAPO, arXiv 2503.14476).</summary>
    [JsonStringEnumMemberName("dapo")]
    Dapo,

    /// <summary>Clipped ratio, mean over sequences of the sum over tokens: long answers count by their length.</summary>
    [JsonStringEnumMemberName("luspo")]
    Luspo,

    /// <summary>The capped ratio is a constant weight of log p, so that no token loses its gradient (MiniMax-M1, arXiv 2506.13585).</summary>
    [JsonStringEnumMemberName("cispo")]
    Cispo,

    /// <summary>A sigmoid gate of the ratio instead of a clip, averaged as <see cref="Grpo"/>.</summary>
    [JsonStringEnumMemberName("sapo")]
    Sapo,

    /// <summary>A gamma-shaped weight of the sequence's ratio as a constant weight of log p.</summary>
    [JsonStringEnumMemberName("vespo")]
    Vespo,

    /// <summary>The geometric mean of the clipped ratios of a sequence.</summary>
    [JsonStringEnumMemberName("gmpo")]
    Gmpo,
}
