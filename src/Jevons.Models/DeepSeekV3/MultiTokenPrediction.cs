using Jevons.Kernels;

namespace Jevons.Models;

/// <summary>
/// The multi-token-prediction layer (DeepSeek-V3, arXiv 2412.19437, section 2.2): from the main model's h(i) and the next
/// token t(i+1) it predicts t(i+2). The released weights concatenate the embedding first, then h.
/// </summary>
/// <param name="embedding">Shared with the main model [vocab, D].</param>
/// <param name="embeddingNorm">enorm [D].</param>
/// <param name="hiddenNorm">hnorm [D].</param>
/// <param name="projection">eh_proj [D, 2 D].</param>
/// <param name="layer">A full decoder layer.</param>
/// <param name="head">shared_head: its norm and the vocabulary projection.</param>
/// <param name="cacheLayer">Its layer in the cache.</param>
/// <param name="eps">Epsilon of the norms.</param>
internal sealed class MultiTokenPrediction(
    WeightMatrix embedding, WeightVector embeddingNorm, WeightVector hiddenNorm, Linear projection, DecoderLayer layer,
    DecoderHead head, int cacheLayer, float eps)
{
    public ForwardResult Forward(Ops ops, Batch batch, Tensor hidden)                              // h [T, D]
    {
        ops.Begin(batch);
        Tensor e = ops.RmsNorm(ops.Embed(embedding), embeddingNorm, eps);                          // [T, D]
        Tensor h = ops.RmsNorm(hidden, hiddenNorm, eps);                                           // [T, D]
        Tensor x = ops.Linear(ops.Concatenate(e, h), projection);                                  // [T, D]
        return head.Forward(ops, layer.Forward(ops, x, cacheLayer));
    }
}
