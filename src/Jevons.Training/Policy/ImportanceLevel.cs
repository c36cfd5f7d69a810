using System.Text.Json.Serialization;

namespace Jevons.Training;

/// <summary>What a ratio between the policy and its old self is taken of. Names are TRL's <c>importance_sampling_level</c>.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ImportanceLevel>))]
public enum ImportanceLevel
{
    /// <summary>Every token has its own: exp(log p - log p_old).</summary>
    [JsonStringEnumMemberName("token")]
    Token,

    /// <summary>One per sequence, the geometric mean of its tokens' (GSPO, arXiv 2507.18071, eq. 7).</summary>
    [JsonStringEnumMemberName("sequence")]
    Sequence,
}
