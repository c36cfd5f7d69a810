using System.Text.Json.Serialization;

namespace Jevons.Training;

/// <summary>The settings of Muon; the defaults are torch.optim.Muon's.</summary>
public sealed record MuonOptions
{
    /// <summary>Weight of the old momentum in its running average.</summary>
    [JsonPropertyName("muon_momentum")]
    public double Momentum { get; init; } = 0.95;

    /// <summary>Whether the step looks one gradient ahead of the momentum.</summary>
    [JsonPropertyName("muon_nesterov")]
    public bool Nesterov { get; init; } = true;

    /// <summary>Iterations of Newton-Schulz.</summary>
    [JsonPropertyName("muon_ns_steps")]
    public int NewtonSchulzSteps { get; init; } = 5;

    /// <summary>Share of a parameter, times the learning rate, that is taken off in every step.</summary>
    [JsonPropertyName("weight_decay")]
    public double WeightDecay { get; init; } = 0.1;

    /// <summary>How the rate follows a matrix's shape.</summary>
    [JsonPropertyName("muon_adjust_lr")]
    public MuonRate Rate { get; init; }

    /// <summary>Checks the settings.</summary>
    /// <exception cref="ArgumentException">One is out of its range.</exception>
    public void Validate()
    {
        if (Momentum is not (>= 0 and < 1))
        {
            throw new ArgumentException(FormattableString.Invariant($"muon_momentum is {Momentum}, expected 0 or above and below 1"));
        }

        if (NewtonSchulzSteps is not (>= 1 and < 100))
        {
            throw new ArgumentException(FormattableString.Invariant($"muon_ns_steps is {NewtonSchulzSteps}, expected 1 to 99"));
        }

        if (!(WeightDecay >= 0))
        {
            throw new ArgumentException(FormattableString.Invariant($"weight_decay is {WeightDecay}, expected 0 or above"));
        }
    }
}
