namespace Jevons.Kernels;

/// <summary>
/// Causal grouped-query attention over the pages of a KV cache: the token at position p attends to positions 0..p.
/// </summary>
/// <remarks>
/// o = softmax(scale q K^T) V per query head, computed in f32 as <see cref="OnlineSoftmax"/> defines. A cache of another
/// type than F32 behaves as an F32 cache that holds its rounded values. A query's result depends on its own row and on
/// the cached positions 0..p alone: not on the chunking of the prompt, the rest of the batch, where the pages lie, the
/// number of threads or the instruction set. A score that is +infinity, or a row of nothing but -infinity, gives NaN, and
/// NaN in a query or a visible key or value reaches the output. One caller at a time per context; allocates nothing once
/// the scratch has its size.
/// </remarks>
public static unsafe partial class Attention
{
    /// <summary>Attention of all rows that the chunks name. The keys and values of these rows are in the cache already.</summary>
    /// <param name="pages">The layer's pages, multi-head layout.</param>
    /// <param name="q">Queries [T, NumHeads * KeyDim].</param>
    /// <param name="output">[T, NumHeads * ValueDim]; must not overlap <paramref name="q"/>.</param>
    /// <param name="shape">Sizes.</param>
    /// <param name="chunks">The batch.</param>
    /// <param name="context">Threads, scratch, instruction set.</param>
    /// <exception cref="ArgumentException">The shapes do not fit each other.</exception>
    public static void Run(
        in KvPages pages, Tensor q, Tensor output, in AttentionShape shape, ReadOnlySpan<BatchChunk> chunks, KernelContext context)
    {
        CheckLayout(pages.Layout, shape);
        ShapeChecks.Columns(q, (long)shape.NumHeads * shape.KeyDim, "NumHeads * KeyDim");
        ShapeChecks.Columns(output, (long)shape.NumHeads * shape.ValueDim, "NumHeads * ValueDim");
        ShapeChecks.Chunks(chunks, Math.Min(q.Rows, output.Rows));
        AttentionRegion<MultiHeadSource> region = Region(pages, shape);
        region.First = q;
        region.Output = output;
        region.Run(chunks, context);
    }

    /// <summary>
    /// Sizes the scratch ahead, so that no later call within these limits allocates. Without it the scratch grows as
    /// batches and contexts do.
    /// </summary>
    /// <param name="layout">Layout of the pages.</param>
    /// <param name="shape">Sizes.</param>
    /// <param name="maxTokens">Tokens of the longest chunk.</param>
    /// <param name="maxSequences">Sequences of a batch.</param>
    /// <param name="maxContext">Positions of the longest sequence.</param>
    /// <param name="context">Threads and scratch.</param>
    public static void Reserve(
        KvLayerLayout layout, in AttentionShape shape, int maxTokens, int maxSequences, int maxContext, KernelContext context)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(maxTokens, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(maxSequences, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(maxContext, 1);
        CheckLayout(layout, shape);
        Region(new KvPages(layout, null, 0, null), shape).Reserve(maxTokens, maxSequences, maxContext, context);
    }

    private static AttentionRegion<MultiHeadSource> Region(in KvPages pages, in AttentionShape shape) => new()
    {
        Source = new MultiHeadSource(pages),
        FirstHeadStride = shape.KeyDim,
        FirstDim = shape.KeyDim,
        ValueDim = shape.ValueDim,
        NumHeads = shape.NumHeads,
        NumKvHeads = shape.NumKvHeads,
        Scale = shape.Scale,
    };

    private static void CheckLayout(KvLayerLayout layout, in AttentionShape shape)
    {
        if (layout.IsLatent || layout.NumKvHeads != shape.NumKvHeads || layout.KeyDim != shape.KeyDim || layout.ValueDim != shape.ValueDim)
        {
            throw new ArgumentException(
                $"the cache has {(layout.IsLatent ? "latent rows" : $"{layout.NumKvHeads} heads")} with keys of {layout.KeyDim} "
                + $"and values of {layout.ValueDim}; {shape} does not read it",
                nameof(shape));
        }

        if (shape.NumHeads < 1 || shape.NumHeads % shape.NumKvHeads != 0)
        {
            throw new ArgumentException($"{shape.NumHeads} query heads do not share {shape.NumKvHeads} KV heads evenly", nameof(shape));
        }
    }
}
