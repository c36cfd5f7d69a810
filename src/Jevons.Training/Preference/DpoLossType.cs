using System.Text.Json.Serialization;

namespace Jevons.Training;

/// <summary>The function of the margin that direct preference optimisation minimises. Names are TRL's <c>loss_type</c>.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<DpoLossType>))]
public enum DpoLossType
{
    /// <summary>-log sigmoid(beta d) (DPO, arXiv 2305.18290, eq. 7).</summary>
    [JsonStringEnumMemberName("sigmoid")]
    Sigmoid,

    /// <summary>The same of the difference of means over tokens instead of sums.</summary>
    [JsonStringEnumMemberName("sigmoid_norm")]
    SigmoidNorm,

    /// <summary>max(0, 1 - beta d) (SLiC).</summary>
    [JsonStringEnumMemberName("hinge")]
    Hinge,

    /// <summary>(d - 1 / (2 beta))^2 of the difference of means over tokens (IPO, arXiv 2310.12036).</summary>
    [JsonStringEnumMemberName("ipo")]
    Ipo,

    /// <summary>Unbiased where a share label_smoothing of the preferences is wrong (arXiv 2403.00409).</summary>
    [JsonStringEnumMemberName("robust")]
    Robust,
}
