using Jevons.Kernels;

namespace Jevons.Models;

/// <summary>Attention over the paged cache.</summary>
public sealed partial class EagerOps
{
    private BatchChunk[] _shifted = new BatchChunk[8];

    /// <inheritdoc/>
    public override Tensor Attention(int layer, Tensor q, Tensor k, Tensor v, AttentionShape shape)
    {
        KvPages pages = _cache.Pages(layer, Batch);
        KvWrite.Run(pages, k, v, Batch.Chunks, _context);
        Tensor y = _workspace.Rows(q.Rows, shape.NumHeads * shape.ValueDim);
        Kernels.Attention.Run(pages, q, y, shape, Batch.Chunks, _context);
        return y;
    }

    /// <inheritdoc/>
    public override Tensor LatentAttention(
        int layer, Tensor q, Tensor latent, Tensor keyRope, MlaWeights weights, LatentAttentionShape shape)
    {
        KvPages pages = _cache.Pages(layer, Batch);
        KvWrite.RunLatent(pages, latent, keyRope, Batch.Chunks, _context);
        Tensor y = _workspace.Rows(q.Rows, shape.NumHeads * shape.ValueDim);
        ReadOnlySpan<BatchChunk> chunks = Batch.Chunks;
        for (int first = 0; first < chunks.Length;)
        {
            int end = first + 1;
            while (end < chunks.Length && chunks[end].Absorbed == chunks[first].Absorbed)
            {
                end++;
            }

            // A run of chunks of one form: a contiguous range of rows, with its chunks counted from the range's start.
            int firstRow = chunks[first].FirstRow;
            int rows = chunks[end - 1].FirstRow + chunks[end - 1].Count - firstRow;
            ReadOnlySpan<BatchChunk> run = Shift(chunks[first..end], firstRow);
            if (chunks[first].Absorbed)
            {
                Absorbed(pages, q.RowRange(firstRow, rows), y.RowRange(firstRow, rows), weights, shape, run);
            }
            else
            {
                Kernels.LatentAttention.RunExpanded(pages, q.RowRange(firstRow, rows), y.RowRange(firstRow, rows), weights, run, _context);
            }

            first = end;
        }

        return y;
    }

    private void Absorbed(
        KvPages pages, Tensor q, Tensor y, MlaWeights weights, LatentAttentionShape shape, ReadOnlySpan<BatchChunk> chunks)
    {
        int headDim = shape.NopeDim + shape.RopeDim;
        Tensor qLatent = _workspace.Rows(q.Rows, shape.NumHeads * shape.LatentDim);
        Tensor oLatent = _workspace.Rows(q.Rows, shape.NumHeads * shape.LatentDim);
        Kernels.LatentAttention.AbsorbQuery(weights, q, headDim, qLatent, _context);
        Kernels.LatentAttention.RunAbsorbed(
            pages, qLatent, q.Columns(shape.NopeDim, q.Cols - shape.NopeDim), headDim, oLatent, shape, chunks, _context);
        Kernels.LatentAttention.ExpandOutput(weights, oLatent, y, _context);
    }

    private ReadOnlySpan<BatchChunk> Shift(ReadOnlySpan<BatchChunk> chunks, int firstRow)
    {
        if (_shifted.Length < chunks.Length)
        {
            _shifted = new BatchChunk[chunks.Length * 2];
        }

        for (int i = 0; i < chunks.Length; i++)
        {
            _shifted[i] = chunks[i] with { FirstRow = chunks[i].FirstRow - firstRow };
        }

        return _shifted.AsSpan(0, chunks.Length);
    }
}
