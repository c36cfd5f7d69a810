using Jevons.Kernels;

namespace Jevons.Models;

/// <summary>Grouped-query attention with rotary positions (Llama, Qwen2): o(softmax(q k^T / sqrt(d)) v).</summary>
/// <param name="query">[H * d, D].</param>
/// <param name="key">[KvHeads * d, D].</param>
/// <param name="value">[KvHeads * d, D].</param>
/// <param name="output">[D, H * d].</param>
/// <param name="rope">Rotary embedding.</param>
/// <param name="shape">Heads, dimensions, scale.</param>
internal sealed class GroupedQueryAttention(
    Linear query, Linear key, Linear value, Linear output, RotaryEmbedding rope, AttentionShape shape) : IAttention
{
    public Tensor Forward(Ops ops, Tensor x, int layer)                            // [T, D]
    {
        (Tensor q, Tensor k, Tensor v) = ops.Linear(x, query, key, value);         // [T, H * d], [T, KvHeads * d] twice
        q = ops.Rope(q, rope, shape.KeyDim, 0);
        k = ops.Rope(k, rope, shape.KeyDim, 0);
        return ops.Linear(ops.Attention(layer, q, k, v, shape), output);           // [T, D]
    }
}
