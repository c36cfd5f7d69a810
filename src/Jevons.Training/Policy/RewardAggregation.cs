using System.Text.Json.Serialization;

namespace Jevons.Training;

/// <summary>How several rewards become one advantage. Names are TRL's <c>multi_objective_aggregation</c>.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<RewardAggregation>))]
public enum RewardAggregation
{
    /// <summary>The weighted sum of the rewards is compared within the group.</summary>
    [JsonStringEnumMemberName("sum_then_normalize")]
    SumThenNormalize,

    /// <summary>
    /// Every reward is compared within the group on its own, and the weighted sum is normalised over the batch, so that a reward
    /// of small spread is not drowned (GDPO).
    /// </summary>
    [JsonStringEnumMemberName("normalize_then_sum")]
    NormalizeThenSum,
}
