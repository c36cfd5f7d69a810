using System.Text.Json.Serialization;

namespace Jevons.Training;

/// <summary>By which standard deviation advantages are divided. Names are TRL's <c>scale_rewards</c>.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<AdvantageScale>))]
public enum AdvantageScale
{
    /// <summary>By none (Dr. GRPO, arXiv 2503.20783): questions of any difficulty weigh the same.</summary>
    [JsonStringEnumMemberName("none")]
    None,

    /// <summary>By the group's (GRPO, arXiv 2402.03300).</summary>
    [JsonStringEnumMemberName("group")]
    Group,

    /// <summary>By the batch's; the mean that is subtracted stays the group's.</summary>
    [JsonStringEnumMemberName("batch")]
    Batch,
}
