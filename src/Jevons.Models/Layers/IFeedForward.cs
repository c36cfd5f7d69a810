using Jevons.Kernels;

namespace Jevons.Models;

/// <summary>The part of a decoder layer that works on each row by itself.</summary>
internal interface IFeedForward
{
    /// <summary>Transforms each row.</summary>
    /// <param name="ops">The operations.</param>
    /// <param name="x">Normed rows [T, D].</param>
    /// <returns>[T, D].</returns>
    Tensor Forward(Ops ops, Tensor x);
}
