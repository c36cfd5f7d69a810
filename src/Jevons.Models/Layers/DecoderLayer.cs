using Jevons.Kernels;

namespace Jevons.Models;

/// <summary>A pre-norm decoder layer: x += attention(norm(x)); x += feed-forward(norm(x)).</summary>
/// <param name="attentionNorm">[D].</param>
/// <param name="attention">Lets positions see each other.</param>
/// <param name="feedForwardNorm">[D].</param>
/// <param name="feedForward">Works on each row.</param>
/// <param name="eps">Epsilon of both norms.</param>
internal sealed class DecoderLayer(
    WeightVector attentionNorm, IAttention attention, WeightVector feedForwardNorm, IFeedForward feedForward, float eps)
{
    public Tensor Forward(Ops ops, Tensor x, int layer)                                             // [T, D]
    {
        ops.BeginLayer();
        x = ops.Add(x, attention.Forward(ops, ops.RmsNorm(x, attentionNorm, eps), layer));          // [T, D]
        x = ops.Add(x, feedForward.Forward(ops, ops.RmsNorm(x, feedForwardNorm, eps)));             // [T, D]
        ops.EndLayer();
        return x;
    }
}
