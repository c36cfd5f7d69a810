using Jevons.Kernels;

namespace Jevons.Models;

/// <summary>
/// Qwen3's attention: grouped-query attention whose query and key heads pass an RMSNorm before they are rotated
/// (Qwen3 technical report, arXiv 2505.09388, section 2).
/// </summary>
/// <param name="query">[H * d, D].</param>
/// <param name="key">[KvHeads * d, D].</param>
/// <param name="value">[KvHeads * d, D].</param>
/// <param name="output">[D, H * d].</param>
/// <param name="queryNorm">[d].</param>
/// <param name="keyNorm">[d].</param>
/// <param name="eps">Epsilon of both norms.</param>
/// <param name="rope">Rotary embedding.</param>
/// <param name="shape">Heads, dimensions, scale.</param>
internal sealed class NormedGroupedQueryAttention(
    Linear query, Linear key, Linear value, Linear output, WeightVector queryNorm, WeightVector keyNorm, float eps,
    RotaryEmbedding rope, AttentionShape shape) : IAttention
{
    public Tensor Forward(Ops ops, Tensor x, int layer)                            // [T, D]
    {
        (Tensor q, Tensor k, Tensor v) = ops.Linear(x, query, key, value);         // [T, H * d], [T, KvHeads * d] twice
        q = ops.Rope(ops.HeadRmsNorm(q, queryNorm, eps), rope, shape.KeyDim, 0);
        k = ops.Rope(ops.HeadRmsNorm(k, keyNorm, eps), rope, shape.KeyDim, 0);
        return ops.Linear(ops.Attention(layer, q, k, v, shape), output);           // [T, D]
    }
}
