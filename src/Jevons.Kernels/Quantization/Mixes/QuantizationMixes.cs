using Jevons.Numerics;

namespace Jevons.Kernels.Quantization;

/// <summary>
/// Which type each tensor of a file gets under a mix, as llama.cpp chooses without an importance matrix. Pure functions of
/// names and shapes.
/// </summary>
public static class QuantizationMixes
{
    /// <summary>Parses a mix by its name, in any case. Q3_K, Q4_K and Q5_K stand for their medium mixes.</summary>
    /// <param name="name">For example <c>Q4_K_M</c>.</param>
    /// <param name="mix">The mix found.</param>
    /// <returns>Whether the name is known.</returns>
    public static bool TryParse(string name, out QuantizationMix mix)
    {
        string wanted = name.ToUpperInvariant() switch
        {
            "Q3_K" => nameof(QuantizationMix.Q3_K_M),
            "Q4_K" => nameof(QuantizationMix.Q4_K_M),
            "Q5_K" => nameof(QuantizationMix.Q5_K_M),
            string upper => upper,
        };
        foreach (QuantizationMix candidate in Enum.GetValues<QuantizationMix>())
        {
            if (string.Equals(candidate.ToString(), wanted, StringComparison.Ordinal))
            {
                mix = candidate;
                return true;
            }
        }

        mix = default;
        return false;
    }

    /// <summary>The type that a mix gives to most matrices.</summary>
    /// <param name="mix">The mix.</param>
    /// <returns>Its default type; for <see cref="QuantizationMix.MXFP4_MOE"/> that of the experts.</returns>
    /// <exception cref="ArgumentOutOfRangeException">No such mix.</exception>
    public static TensorType DefaultType(QuantizationMix mix) => mix switch
    {
        QuantizationMix.F32 => TensorType.F32,
        QuantizationMix.F16 => TensorType.F16,
        QuantizationMix.BF16 => TensorType.BF16,
        QuantizationMix.Q4_0 => TensorType.Q4_0,
        QuantizationMix.Q4_1 => TensorType.Q4_1,
        QuantizationMix.Q5_0 => TensorType.Q5_0,
        QuantizationMix.Q5_1 => TensorType.Q5_1,
        QuantizationMix.Q8_0 => TensorType.Q8_0,
        QuantizationMix.Q2_K or QuantizationMix.Q2_K_S => TensorType.Q2_K,
        QuantizationMix.Q3_K_S or QuantizationMix.Q3_K_M or QuantizationMix.Q3_K_L => TensorType.Q3_K,
        QuantizationMix.Q4_K_S or QuantizationMix.Q4_K_M => TensorType.Q4_K,
        QuantizationMix.Q5_K_S or QuantizationMix.Q5_K_M => TensorType.Q5_K,
        QuantizationMix.Q6_K => TensorType.Q6_K,
        QuantizationMix.IQ4_NL => TensorType.IQ4_NL,
        QuantizationMix.IQ4_XS => TensorType.IQ4_XS,
        QuantizationMix.MXFP4_MOE => TensorType.MXFP4,
        _ => throw new ArgumentOutOfRangeException(nameof(mix), mix, $"quantisation mix {(int)mix} is not known"),
    };

    /// <summary>Chooses the type of every tensor.</summary>
    /// <param name="mix">The mix.</param>
    /// <param name="architecture">Facts of the model.</param>
    /// <param name="tensors">All tensors of the model, of all its files, in any order.</param>
    /// <returns>The types, in the order of <paramref name="tensors"/>; a tensor that is not quantised keeps its own.</returns>
    /// <exception cref="ArgumentOutOfRangeException">No such mix.</exception>
    public static IReadOnlyList<TensorType> Choose(
        QuantizationMix mix, MixArchitecture architecture, IReadOnlyList<MixTensor> tensors)
    {
        MixRules rules = new(mix, architecture, tensors);
        TensorType[] types = new TensorType[tensors.Count];

        // The running counts of the rules go by layer, then by name, with what belongs to no layer first.
        int[] order = [.. Enumerable.Range(0, tensors.Count)
            .OrderBy(i => TensorRoles.Layer(tensors[i].Name))
            .ThenBy(i => tensors[i].Name, StringComparer.Ordinal)];
        foreach (int i in order)
        {
            types[i] = TensorRoles.IsQuantized(tensors[i]) ? rules.Next(tensors[i]) : tensors[i].Type;
        }

        return types;
    }
}
