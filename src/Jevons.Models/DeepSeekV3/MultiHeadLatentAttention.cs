using Jevons.Kernels;

namespace Jevons.Models;

/// <summary>
/// Multi-head latent attention (DeepSeek-V2, arXiv 2405.04434, section 2.1; V3, arXiv 2412.19437, section 2.1.1). Keys and
/// values of all heads come from one latent row c of kv_lora_rank; one rotated key part k_pe is shared by all heads; only
/// [c | k_pe] is cached. Queries come through a low-rank pair, or directly where the model has no q_lora_rank.
/// </summary>
/// <param name="query">x to q [H * (nope + rope)]: low-rank or direct.</param>
/// <param name="latentDown">kv_a_proj_with_mqa [kvLoraRank + rope, D].</param>
/// <param name="latentNorm">kv_a_layernorm [kvLoraRank].</param>
/// <param name="weights">kv_b_proj, per head: latent to [k_nope | v].</param>
/// <param name="output">o_proj [D, H * v].</param>
/// <param name="eps">Epsilon of the norms.</param>
/// <param name="rope">Rotary embedding of the rope part.</param>
/// <param name="shape">Heads, dimensions, scale.</param>
internal sealed class MultiHeadLatentAttention(
    LatentQuery query, Linear latentDown, WeightVector latentNorm, MlaWeights weights, Linear output, float eps,
    RotaryEmbedding rope, LatentAttentionShape shape) : IAttention
{
    public Tensor Forward(Ops ops, Tensor x, int layer)                                                // [T, D]
    {
        (Tensor q, Tensor kv) = query.Forward(ops, x, latentDown);                                     // [T, H * (nope + rope)], [T, rank + rope]
        q = ops.Rope(q, rope, shape.NopeDim + shape.RopeDim, shape.NopeDim);
        Tensor c = ops.RmsNorm(ops.Columns(kv, 0, shape.LatentDim), latentNorm, eps);                  // [T, rank]
        Tensor kPe = ops.Rope(ops.Columns(kv, shape.LatentDim, shape.RopeDim), rope, shape.RopeDim, 0); // [T, rope]
        Tensor o = ops.LatentAttention(layer, q, c, kPe, weights, shape);                              // [T, H * v]
        return ops.Linear(o, output);                                                                  // [T, D]
    }
}
