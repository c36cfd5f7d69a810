using System.Text.Json.Serialization;

namespace Jevons.Training;

/// <summary>How the learning rate goes after the warm-up. Names are transformers' <c>lr_scheduler_type</c>.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ScheduleType>))]
public enum ScheduleType
{
    /// <summary>Stays at its height.</summary>
    [JsonStringEnumMemberName("constant_with_warmup")]
    Constant,

    /// <summary>Down to 0 in a straight line.</summary>
    [JsonStringEnumMemberName("linear")]
    Linear,

    /// <summary>Down to the smallest rate along cosine waves, half a wave by default.</summary>
    [JsonStringEnumMemberName("cosine")]
    Cosine,

    /// <summary>Stays at its height, then goes down to the smallest rate and stays there.</summary>
    [JsonStringEnumMemberName("warmup_stable_decay")]
    WarmupStableDecay,
}
