using Jevons.Numerics;

namespace Jevons.Kernels.Quantization;

/// <summary>What the choice of a tensor's type depends on.</summary>
/// <param name="Name">GGUF name, for example <c>blk.3.ffn_down.weight</c>.</param>
/// <param name="Shape">Elements per dimension, the row length first.</param>
/// <param name="Type">The type it has in the source, which it keeps where it is not quantised.</param>
public sealed record MixTensor(string Name, IReadOnlyList<long> Shape, TensorType Type)
{
    /// <summary>Dimensions that count: trailing dimensions of one element do not.</summary>
    internal int Rank
    {
        get
        {
            int rank = Shape.Count;
            while (rank > 1 && Shape[rank - 1] == 1)
            {
                rank--;
            }

            return rank;
        }
    }
}
