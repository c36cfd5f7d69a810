using System.Text.Json.Serialization;

namespace Jevons.Training;

/// <summary>The settings of AdamW.</summary>
public sealed record AdamWOptions
{
    /// <summary>Decay of the first moment.</summary>
    [JsonPropertyName("adam_beta1")]
    public double Beta1 { get; init; } = 0.9;

    /// <summary>Decay of the second moment.</summary>
    [JsonPropertyName("adam_beta2")]
    public double Beta2 { get; init; } = 0.999;

    /// <summary>Added to the root of the second moment.</summary>
    [JsonPropertyName("adam_epsilon")]
    public double Epsilon { get; init; } = 1e-8;

    /// <summary>Share of a parameter, times the learning rate, that is taken off in every step.</summary>
    [JsonPropertyName("weight_decay")]
    public double WeightDecay { get; init; }

    /// <summary>Whether norms and biases decay too; matrices always do.</summary>
    [JsonPropertyName("decay_vectors")]
    public bool DecayVectors { get; init; }

    /// <summary>Checks the settings.</summary>
    /// <exception cref="ArgumentException">One is out of its range.</exception>
    public void Validate()
    {
        Require(Beta1 is >= 0 and < 1, "adam_beta1", Beta1, "0 or above and below 1");
        Require(Beta2 is >= 0 and < 1, "adam_beta2", Beta2, "0 or above and below 1");
        Require(Epsilon > 0, "adam_epsilon", Epsilon, "above 0");
        Require(WeightDecay >= 0, "weight_decay", WeightDecay, "0 or above");
    }

    private static void Require(bool holds, string name, double found, string expected)
    {
        if (!holds)
        {
            throw new ArgumentException(FormattableString.Invariant($"{name} is {found}, expected {expected}"));
        }
    }
}
