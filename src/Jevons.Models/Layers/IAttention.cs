using Jevons.Kernels;

namespace Jevons.Models;

/// <summary>The part of a decoder layer that lets positions see each other.</summary>
internal interface IAttention
{
    /// <summary>Attends over each row's own sequence.</summary>
    /// <param name="ops">The operations.</param>
    /// <param name="x">Normed rows [T, D].</param>
    /// <param name="layer">Cache layer.</param>
    /// <returns>[T, D].</returns>
    Tensor Forward(Ops ops, Tensor x, int layer);
}
