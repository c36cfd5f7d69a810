using System.Text.Json.Serialization;

namespace Jevons.Training;

/// <summary>An estimate of KL(policy || reference) from the log-probabilities of one sampled token, with d = log p_ref - log p.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<KlEstimator>))]
public enum KlEstimator
{
    /// <summary>-d: unbiased, of either sign.</summary>
    [JsonStringEnumMemberName("k1")]
    K1,

    /// <summary>d^2 / 2: biased, never negative; its gradient is that of the KL.</summary>
    [JsonStringEnumMemberName("k2")]
    K2,

    /// <summary>e^d - d - 1: unbiased, never negative (DeepSeekMath, arXiv 2402.03300, eq. 4).</summary>
    [JsonStringEnumMemberName("k3")]
    K3,
}
