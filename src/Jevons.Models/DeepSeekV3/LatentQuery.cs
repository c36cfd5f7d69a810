using Jevons.Kernels;

namespace Jevons.Models;

/// <summary>
/// The query path of latent attention: q = W_b norm(W_a x) with q_lora_rank (V2, V3, R1), q = W x without (V2-Lite). The
/// first product shares its input, and so its parallel region, with the latent's own.
/// </summary>
/// <param name="down">q_a_proj [qLoraRank, D], or q_proj [H * (nope + rope), D] when there is no low-rank pair.</param>
/// <param name="norm">q_a_layernorm [qLoraRank], or null.</param>
/// <param name="up">q_b_proj [H * (nope + rope), qLoraRank], or null.</param>
/// <param name="eps">Epsilon of the norm.</param>
internal sealed class LatentQuery(Linear down, WeightVector? norm, Linear? up, float eps)
{
    public (Tensor Query, Tensor Latent) Forward(Ops ops, Tensor x, Linear latentDown)
    {
        (Tensor q, Tensor kv) = ops.Linear(x, down, latentDown);                   // [T, qRank or H * d], [T, rank + rope]
        return norm is null || up is null
            ? (q, kv)
            : (ops.Linear(ops.RmsNorm(q, norm, eps), up), kv);                     // [T, H * (nope + rope)]
    }
}
