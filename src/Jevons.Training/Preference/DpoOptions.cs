using System.Text.Json.Serialization;

namespace Jevons.Training;

/// <summary>The settings of direct preference optimisation, under the names of TRL's DPOConfig.</summary>
public sealed record DpoOptions
{
    /// <summary>The function of the margin.</summary>
    [JsonPropertyName("loss_type")]
    public DpoLossType LossType { get; init; }

    /// <summary>How much a difference to the reference counts.</summary>
    [JsonPropertyName("beta")]
    public double Beta { get; init; } = 0.1;

    /// <summary>robust: share of preferences that are wrong.</summary>
    [JsonPropertyName("label_smoothing")]
    public double LabelSmoothing { get; init; }

    /// <summary>Checks the settings.</summary>
    /// <exception cref="ArgumentException">One is out of its range.</exception>
    public void Validate()
    {
        if (!(Beta > 0))
        {
            throw new ArgumentException(FormattableString.Invariant($"beta is {Beta}, expected above 0"));
        }

        if (LabelSmoothing != 0 && LossType != DpoLossType.Robust)
        {
            throw new ArgumentException(FormattableString.Invariant($"label_smoothing is {LabelSmoothing}, which is for loss_type \"robust\" alone; expected 0"));
        }

        if (LabelSmoothing is not (>= 0 and < 0.5))
        {
            throw new ArgumentException(FormattableString.Invariant($"label_smoothing is {LabelSmoothing}, expected 0 or above and below 0.5"));
        }
    }
}
