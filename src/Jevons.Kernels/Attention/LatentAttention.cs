namespace Jevons.Kernels;

/// <summary>
/// Causal multi-head latent attention (DeepSeek-V2, arXiv 2405.04434, section 2.1; DeepSeek-V3, arXiv 2412.19437, section
/// 2.1.1) over a cache of rows [c | k_pe]: c the normalised latent, k_pe the rotated key that all heads share.
/// </summary>
/// <remarks>
/// Expanded form, for prompts: K = [W_uk c | k_pe] and V = W_uv c per head, then attention as usual. Absorbed form, for
/// generated tokens: q' = W_uk^T q, scores q' . c + q_pe . k_pe, the weighted latents o_c, then o = W_uv o_c; every cached
/// row is read once for all heads. Both compute the same function with different rounding. Their attention is the one of
/// <see cref="OnlineSoftmax"/>: the absorbed form has bit for bit the result of <see cref="Attention"/> with one KV head
/// whose keys are the rows and whose values are their latents. One caller at a time per context; allocates nothing once
/// the scratch has its size.
/// </remarks>
public static unsafe partial class LatentAttention
{
    /// <summary>
    /// The absorbed form between <see cref="AbsorbQuery"/> and <see cref="ExpandOutput"/>, for all rows that the chunks
    /// name: o_c = sum over positions of softmax(scale (q' . c + q_pe . k_pe)) c.
    /// </summary>
    /// <param name="pages">The layer's pages, latent layout; the rows of the chunks' own tokens are in the cache already.</param>
    /// <param name="qLatent">q' [T, NumHeads * LatentDim].</param>
    /// <param name="qPe">Rotated query parts: head h at columns h * peHeadStride ... of T rows.</param>
    /// <param name="peHeadStride">Elements from one head's rotated part to the next, at least RopeDim.</param>
    /// <param name="output">o_c [T, NumHeads * LatentDim]; must not overlap the queries.</param>
    /// <param name="shape">Sizes.</param>
    /// <param name="chunks">The tokens that attend in this form.</param>
    /// <param name="context">Threads, scratch, instruction set.</param>
    /// <exception cref="ArgumentException">The shapes do not fit each other.</exception>
    public static void RunAbsorbed(
        in KvPages pages,
        Tensor qLatent,
        Tensor qPe,
        int peHeadStride,
        Tensor output,
        in LatentAttentionShape shape,
        ReadOnlySpan<BatchChunk> chunks,
        KernelContext context)
    {
        CheckLayout(pages.Layout, shape);
        ShapeChecks.Columns(qLatent, (long)shape.NumHeads * shape.LatentDim, "NumHeads * LatentDim");
        ShapeChecks.Columns(output, (long)shape.NumHeads * shape.LatentDim, "NumHeads * LatentDim");
        CheckHeads(qPe, peHeadStride, shape.NumHeads, shape.RopeDim, nameof(qPe));
        ShapeChecks.Chunks(chunks, Math.Min(Math.Min(qLatent.Rows, qPe.Rows), output.Rows));
        AttentionRegion<AbsorbedSource> region = AbsorbedRegion(pages, shape);
        region.First = qLatent;
        region.Second = qPe;
        region.SecondHeadStride = peHeadStride;
        region.Output = output;
        region.Run(chunks, context);
    }

    /// <summary>
    /// The expanded form, for all rows that the chunks name. A unit of work is a head and a block of the chunk's tokens;
    /// it expands one page at a time, so memory does not grow with the context.
    /// </summary>
    /// <param name="pages">The layer's pages, latent layout; the rows of the chunks' own tokens are in the cache already.</param>
    /// <param name="q">Queries [T, NumHeads * (NopeDim + RopeDim)], each head [nope | rotated].</param>
    /// <param name="output">[T, NumHeads * ValueDim]; must not overlap <paramref name="q"/>.</param>
    /// <param name="weights">The up-projections and sizes.</param>
    /// <param name="chunks">The tokens that attend in this form.</param>
    /// <param name="context">Threads, scratch, instruction set.</param>
    /// <exception cref="ArgumentException">The shapes do not fit each other.</exception>
    public static void RunExpanded(
        in KvPages pages, Tensor q, Tensor output, MlaWeights weights, ReadOnlySpan<BatchChunk> chunks, KernelContext context)
    {
        LatentAttentionShape shape = weights.Shape;
        CheckLayout(pages.Layout, shape);
        int keyDim = shape.NopeDim + shape.RopeDim;
        ShapeChecks.Columns(q, (long)shape.NumHeads * keyDim, "NumHeads * (NopeDim + RopeDim)");
        ShapeChecks.Columns(output, (long)shape.NumHeads * shape.ValueDim, "NumHeads * ValueDim");
        ShapeChecks.Chunks(chunks, Math.Min(q.Rows, output.Rows));
        AttentionRegion<ExpandedSource> region = ExpandedRegion(pages, weights, context);
        region.First = q;
        region.Output = output;
        region.Run(chunks, context);
    }

    /// <summary>
    /// Sizes the scratch ahead for both forms, so that no later call within these limits allocates. Without it the scratch
    /// grows as batches and contexts do.
    /// </summary>
    /// <param name="layout">Layout of the pages.</param>
    /// <param name="weights">The up-projections and sizes.</param>
    /// <param name="maxTokens">Tokens of the longest chunk.</param>
    /// <param name="maxSequences">Sequences of a batch.</param>
    /// <param name="maxContext">Positions of the longest sequence.</param>
    /// <param name="context">Threads and scratch.</param>
    public static void Reserve(
        KvLayerLayout layout, MlaWeights weights, int maxTokens, int maxSequences, int maxContext, KernelContext context)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(maxTokens, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(maxSequences, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(maxContext, 1);
        CheckLayout(layout, weights.Shape);
        KvPages pages = new(layout, null, 0, null);
        AbsorbedRegion(pages, weights.Shape).Reserve(maxTokens, maxSequences, maxContext, context);
        ExpandedRegion(pages, weights, context).Reserve(maxTokens, maxSequences, maxContext, context);
    }

    private static AttentionRegion<AbsorbedSource> AbsorbedRegion(in KvPages pages, in LatentAttentionShape shape) => new()
    {
        Source = new AbsorbedSource(pages),
        FirstHeadStride = shape.LatentDim,
        FirstDim = shape.LatentDim,
        SecondDim = shape.RopeDim,
        ValueDim = shape.LatentDim,
        NumHeads = shape.NumHeads,
        NumKvHeads = 1,
        Scale = shape.Scale,
    };

    private static AttentionRegion<ExpandedSource> ExpandedRegion(in KvPages pages, MlaWeights weights, KernelContext context)
    {
        LatentAttentionShape shape = weights.Shape;
        return new AttentionRegion<ExpandedSource>
        {
            Source = new ExpandedSource(pages, weights, context.Scratch),
            FirstHeadStride = shape.NopeDim + shape.RopeDim,
            FirstDim = shape.NopeDim + shape.RopeDim,
            ValueDim = shape.ValueDim,
            NumHeads = shape.NumHeads,
            NumKvHeads = shape.NumHeads,
            Scale = shape.Scale,
            PreferLongBlocks = true,
        };
    }

    private static void CheckLayout(KvLayerLayout layout, in LatentAttentionShape shape)
    {
        if (!layout.IsLatent || layout.ValueDim != shape.LatentDim || layout.KeyDim != shape.LatentDim + shape.RopeDim)
        {
            throw new ArgumentException(
                $"the cache has {(layout.IsLatent ? $"latent rows of {layout.ValueDim} + {layout.KeyDim - layout.ValueDim}" : "keys and values per head")}; "
                + $"{shape} does not read it",
                nameof(shape));
        }
    }

    private static void CheckHeads(Tensor x, int headStride, int heads, int dim, string name)
    {
        if (headStride < dim || x.Cols < ((long)(heads - 1) * headStride) + dim)
        {
            throw new ArgumentException($"{name} is [{x.Rows}, {x.Cols}]; {heads} heads of {dim} with stride {headStride} do not lie in it", name);
        }
    }
}
