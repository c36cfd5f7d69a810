using Jevons.Kernels;

namespace Jevons.Models;

/// <summary>The routed experts of one layer: expert e computes down_e(silu(gate_e x) * up_e x).</summary>
/// <param name="Gate">[F, D] of each expert.</param>
/// <param name="Up">[F, D] of each expert.</param>
/// <param name="Down">[D, F] of each expert.</param>
public sealed record ExpertWeights(WeightMatrix[] Gate, WeightMatrix[] Up, WeightMatrix[] Down)
{
    /// <summary>Routed experts.</summary>
    public int Count => Gate.Length;

    /// <summary>Width inside an expert.</summary>
    public int IntermediateSize => Gate[0].Rows;
}
