using System.Text.Json.Serialization;

namespace Jevons.Training;

/// <summary>The shape of a rise or a fall of the learning rate between two heights.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<RampShape>))]
public enum RampShape
{
    /// <summary>A straight line.</summary>
    [JsonStringEnumMemberName("linear")]
    Linear,

    /// <summary>Half a cosine wave.</summary>
    [JsonStringEnumMemberName("cosine")]
    Cosine,

    /// <summary>1 - sqrt of the way: fast first on the way down (arXiv 2405.18392), and the same mirrored on the way up.</summary>
    [JsonStringEnumMemberName("1-sqrt")]
    OneMinusSqrt,
}
