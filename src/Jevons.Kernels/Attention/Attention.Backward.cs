namespace Jevons.Kernels;

/// <content>The way back.</content>
public static unsafe partial class Attention
{
    /// <summary>
    /// The way back through o = P v, P = softmax(scale q k^T) of whole sequences. With D_i = dO_i . o_i:
    /// dv_j += sum_i P_ij dO_i, dS_ij = scale P_ij (dO_i . v_j - D_i), dq_i += sum_j dS_ij k_j, dk_j += sum_i dS_ij q_i
    /// (FlashAttention-2, arXiv 2307.08691, section 2.3, with P of some query rows at a time in place of tiles). P is computed
    /// again from q and k; memory grows with the longest sequence, not with its square.
    /// </summary>
    /// <remarks>
    /// f32. A unit is a sequence and a KV head: it owns their dk and dv, and adds query rows ascending, heads of the group
    /// ascending. The same bits for any number of threads and on every instruction set.
    /// </remarks>
    /// <param name="q">[T, NumHeads * KeyDim].</param>
    /// <param name="k">[T, NumKvHeads * KeyDim].</param>
    /// <param name="v">[T, NumKvHeads * ValueDim].</param>
    /// <param name="output">o [T, NumHeads * ValueDim] of the forward pass.</param>
    /// <param name="doutput">[T, NumHeads * ValueDim].</param>
    /// <param name="dq">[T, NumHeads * KeyDim], added to.</param>
    /// <param name="dk">[T, NumKvHeads * KeyDim], added to.</param>
    /// <param name="dv">[T, NumKvHeads * ValueDim], added to.</param>
    /// <param name="shape">Sizes.</param>
    /// <param name="chunks">The batch: one chunk a sequence, from position 0.</param>
    /// <param name="context">Threads, scratch, instruction set.</param>
    /// <exception cref="ArgumentException">The shapes do not fit, or a chunk is not a whole sequence.</exception>
    public static void Backward(
        Tensor q,
        Tensor k,
        Tensor v,
        Tensor output,
        Tensor doutput,
        Tensor dq,
        Tensor dk,
        Tensor dv,
        in AttentionShape shape,
        ReadOnlySpan<BatchChunk> chunks,
        KernelContext context)
    {
        ShapeChecks.Columns(q, (long)shape.NumHeads * shape.KeyDim, "NumHeads * KeyDim");
        ShapeChecks.Columns(k, (long)shape.NumKvHeads * shape.KeyDim, "NumKvHeads * KeyDim");
        ShapeChecks.Columns(v, (long)shape.NumKvHeads * shape.ValueDim, "NumKvHeads * ValueDim");
        ShapeChecks.Columns(output, (long)shape.NumHeads * shape.ValueDim, "NumHeads * ValueDim");
        ShapeChecks.Same(output, doutput);
        ShapeChecks.Same(q, dq);
        ShapeChecks.Same(k, dk);
        ShapeChecks.Same(v, dv);
        ShapeChecks.Chunks(chunks, Math.Min(Math.Min(q.Rows, k.Rows), Math.Min(v.Rows, output.Rows)));
        int longest = 0;
        foreach (ref readonly BatchChunk chunk in chunks)
        {
            if (chunk.FirstPosition != 0)
            {
                throw new ArgumentException($"{chunk} does not begin its sequence: there is no way back into what came before", nameof(chunks));
            }

            longest = Math.Max(longest, chunk.Count);
        }

        AttentionBackwardJob job = new()
        {
            Q = q, K = k, V = v, Output = output, DOutput = doutput, Dq = dq, Dk = dk, Dv = dv, Shape = shape, Chunks = chunks, Scratch = context.Scratch,
        };
        context.Scratch.Reserve(0, job.ScratchBytes(longest));
        LaneJobs.Run(context, chunks.Length * shape.NumKvHeads, ref job);
    }
}
