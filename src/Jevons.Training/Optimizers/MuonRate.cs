using System.Text.Json.Serialization;

namespace Jevons.Training;

/// <summary>The factor of Muon's learning rate for a matrix [rows, cols]. Names are torch's <c>adjust_lr_fn</c>.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<MuonRate>))]
public enum MuonRate
{
    /// <summary>sqrt(max(1, rows / cols)).</summary>
    [JsonStringEnumMemberName("original")]
    Original,

    /// <summary>0.2 sqrt(max(rows, cols)): steps as large as AdamW's, whose learning rate then fits (arXiv 2502.16982).</summary>
    [JsonStringEnumMemberName("match_rms_adamw")]
    MatchRmsAdamW,
}
