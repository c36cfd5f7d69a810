using Jevons.Kernels;

namespace Jevons.Models;

/// <summary>The gated feed-forward of every dense layer: down(silu(gate x) * up x).</summary>
/// <param name="gate">[F, D].</param>
/// <param name="up">[F, D].</param>
/// <param name="down">[D, F].</param>
internal sealed class FeedForward(Linear gate, Linear up, Linear down) : IFeedForward
{
    public Tensor Forward(Ops ops, Tensor x)                       // [T, D]
    {
        (Tensor g, Tensor u) = ops.Linear(x, gate, up);            // [T, F] each
        return ops.Linear(ops.SwiGlu(g, u), down);                 // [T, D]
    }
}
