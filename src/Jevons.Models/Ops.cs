using Jevons.Kernels;

namespace Jevons.Models;

/// <summary>
/// The operations with meaning that every model is written against. <see cref="EagerOps"/> runs them for inference; a tape
/// runs the same kernels and records the way back. Tensors are rows of the batch [T, ...]; a result stays valid until the
/// layer that made it ends, except the residual stream, which lives for the whole pass.
/// </summary>
public abstract class Ops
{
    /// <summary>The batch of the running pass.</summary>
    public abstract Batch Batch { get; }

    /// <summary>Starts a pass over a batch: forgets everything of the pass before.</summary>
    /// <param name="batch">Tokens, positions, pages.</param>
    public abstract void Begin(Batch batch);

    /// <summary>Marks the start of a decoder layer: what is made from here on is dropped by <see cref="EndLayer"/>.</summary>
    public abstract void BeginLayer();

    /// <summary>Ends a decoder layer.</summary>
    public abstract void EndLayer();

    /// <summary>Rows of the embedding table for the batch's tokens.</summary>
    /// <param name="table">[vocab, D].</param>
    /// <returns>[T, D], the start of the residual stream.</returns>
    public abstract Tensor Embed(WeightMatrix table);

    /// <summary>y = x / sqrt(mean(x^2) + eps) * weight, for every row (RMSNorm, arXiv 1910.07467).</summary>
    /// <param name="x">[T, D].</param>
    /// <param name="weight">[D].</param>
    /// <param name="eps">Added to the mean square.</param>
    /// <returns>[T, D].</returns>
    public abstract Tensor RmsNorm(Tensor x, WeightVector weight, float eps);

    /// <summary>RMSNorm of every head of a row by itself.</summary>
    /// <param name="x">[T, H * d].</param>
    /// <param name="weight">[d].</param>
    /// <param name="eps">Added to the mean square.</param>
    /// <returns>[T, H * d].</returns>
    public abstract Tensor HeadRmsNorm(Tensor x, WeightVector weight, float eps);

    /// <summary>y = x W^T + b.</summary>
    /// <param name="x">[T, in].</param>
    /// <param name="layer">W [out, in] and, where the model has one, b [out].</param>
    /// <returns>[T, out].</returns>
    public abstract Tensor Linear(Tensor x, Linear layer);

    /// <summary>Two products of the same rows in one parallel region (gate and up).</summary>
    /// <param name="x">[T, in].</param>
    /// <param name="first">First layer.</param>
    /// <param name="second">Second layer.</param>
    /// <returns>[T, out] of each.</returns>
    public abstract (Tensor First, Tensor Second) Linear(Tensor x, Linear first, Linear second);

    /// <summary>Three products of the same rows in one parallel region (query, key, value).</summary>
    /// <param name="x">[T, in].</param>
    /// <param name="first">First layer.</param>
    /// <param name="second">Second layer.</param>
    /// <param name="third">Third layer.</param>
    /// <returns>[T, out] of each.</returns>
    public abstract (Tensor First, Tensor Second, Tensor Third) Linear(Tensor x, Linear first, Linear second, Linear third);

    /// <summary>Some columns of every row.</summary>
    /// <param name="x">[T, n].</param>
    /// <param name="first">First column.</param>
    /// <param name="count">Columns.</param>
    /// <returns>[T, count].</returns>
    public abstract Tensor Columns(Tensor x, int first, int count);

    /// <summary>Two tensors side by side.</summary>
    /// <param name="left">[T, a].</param>
    /// <param name="right">[T, b].</param>
    /// <returns>[T, a + b].</returns>
    public abstract Tensor Concatenate(Tensor left, Tensor right);

    /// <summary>
    /// Rotary position embedding of D dimensions in every head, by the rows' positions (RoFormer, arXiv 2104.09864).
    /// The argument is spent: use the result.
    /// </summary>
    /// <param name="x">[T, H * headDim].</param>
    /// <param name="rope">Frequencies, scaling and pair layout.</param>
    /// <param name="headDim">Dimensions of a head.</param>
    /// <param name="offset">First rotated dimension of a head.</param>
    /// <returns>[T, H * headDim].</returns>
    public abstract Tensor Rope(Tensor x, RotaryEmbedding rope, int headDim, int offset);

    /// <summary>
    /// Appends k and v to the layer's pages, then softmax(q k^T * scale) v over each row's own sequence up to its position.
    /// </summary>
    /// <param name="layer">Cache layer.</param>
    /// <param name="q">[T, H * KeyDim], rotated.</param>
    /// <param name="k">[T, KvHeads * KeyDim], rotated.</param>
    /// <param name="v">[T, KvHeads * ValueDim].</param>
    /// <param name="shape">Heads, dimensions, scale.</param>
    /// <returns>[T, H * ValueDim].</returns>
    public abstract Tensor Attention(int layer, Tensor q, Tensor k, Tensor v, AttentionShape shape);

    /// <summary>
    /// Multi-head latent attention (DeepSeek-V2, arXiv 2405.04434, section 2.1): appends [c | k_pe] to the layer's pages and
    /// attends, each chunk in the form that the batch states.
    /// </summary>
    /// <param name="layer">Cache layer.</param>
    /// <param name="q">[T, H * (nope + rope)], the rope part of each head rotated.</param>
    /// <param name="latent">c [T, kvLoraRank], after its norm.</param>
    /// <param name="keyRope">k_pe [T, rope], rotated, shared by all heads.</param>
    /// <param name="weights">Per-head projections from the latent to keys and values.</param>
    /// <param name="shape">Heads, dimensions, scale.</param>
    /// <returns>[T, H * v].</returns>
    public abstract Tensor LatentAttention(
        int layer, Tensor q, Tensor latent, Tensor keyRope, MlaWeights weights, LatentAttentionShape shape);

    /// <summary>silu(gate) * up, silu(x) = x / (1 + e^-x) (GLU variants, arXiv 2002.05202).</summary>
    /// <param name="gate">[T, F].</param>
    /// <param name="up">[T, F].</param>
    /// <returns>[T, F].</returns>
    public abstract Tensor SwiGlu(Tensor gate, Tensor up);

    /// <summary>Chooses experts and their weights for every row.</summary>
    /// <param name="scores">Router logits [T, E].</param>
    /// <param name="shape">Scoring, groups, top-k, scaling.</param>
    /// <param name="bias">Correction added for the choice only, or null.</param>
    /// <returns>Expert ids ascending and weights, [T, k]; valid until the layer ends.</returns>
    public abstract Routing Route(Tensor scores, RouterShape shape, WeightVector? bias);

    /// <summary>sum over the chosen experts, ids ascending, of weight * down(silu(gate x) * up x).</summary>
    /// <param name="x">[T, D].</param>
    /// <param name="routing">Ids and weights.</param>
    /// <param name="experts">The experts' matrices.</param>
    /// <returns>[T, D].</returns>
    public abstract Tensor Experts(Tensor x, Routing routing, ExpertWeights experts);

    /// <summary>x + delta. The argument x is spent: use the result.</summary>
    /// <param name="x">[T, D], the residual stream or a result of this layer.</param>
    /// <param name="delta">[T, D].</param>
    /// <returns>[T, D].</returns>
    public abstract Tensor Add(Tensor x, Tensor delta);

    /// <summary>The rows whose logits are asked for.</summary>
    /// <param name="x">[T, D].</param>
    /// <returns>[O, D], in the order of <see cref="Batch.OutputRows"/>.</returns>
    public abstract Tensor OutputRows(Tensor x);
}
