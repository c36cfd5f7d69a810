using Jevons.Kernels;

namespace Jevons.Models;

/// <summary>y = x W^T + b, plus what adapters add, under the checkpoint's name of W.</summary>
public sealed class Linear
{
    /// <summary>Checks the shapes.</summary>
    /// <param name="name">Checkpoint name of the matrix.</param>
    /// <param name="weights">W [out, in].</param>
    /// <param name="bias">b [out], or null.</param>
    /// <param name="updates">What adapters add; null for nothing.</param>
    public Linear(string name, WeightMatrix weights, WeightVector? bias = null, IReadOnlyList<LowRankUpdate>? updates = null)
    {
        if (bias is not null && bias.Length != weights.Rows)
        {
            throw new ArgumentException($"{name}: the bias has {bias.Length} elements, the matrix {weights.Rows} rows", nameof(bias));
        }

        Name = name;
        Weights = weights;
        Bias = bias;
        Updates = [.. updates ?? []];
    }

    /// <summary>Checkpoint name of the matrix.</summary>
    public string Name { get; }

    /// <summary>W [out, in].</summary>
    public WeightMatrix Weights { get; }

    /// <summary>b [out], or null.</summary>
    public WeightVector? Bias { get; }

    /// <summary>What adapters add to the product.</summary>
    public LowRankUpdate[] Updates { get; }
}
