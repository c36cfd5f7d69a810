namespace Jevons.Kernels;

/// <content>The way back.</content>
public static unsafe partial class AddBias
{
    /// <summary>dbias[n] += sum over t of dy[t, n], in runs of 64 rows, each ascending, then the runs ascending.</summary>
    /// <param name="dy">[T, N].</param>
    /// <param name="dbias">N elements, added to.</param>
    /// <param name="context">Threads, scratch, instruction set.</param>
    /// <exception cref="ArgumentException">The shapes differ.</exception>
    public static void Backward(Tensor dy, Span<float> dbias, KernelContext context)
    {
        ShapeChecks.Length(dbias.Length, dy.Cols, "the columns of dy", nameof(dbias));
        float* partials = RowSums.Partials(dy.Rows, dy.Cols, context.Scratch);
        BackwardJob job = new() { Dy = dy, Partials = partials };
        LaneJobs.Run(context, RowSums.Runs(dy.Rows), ref job);
        RowSums.AddTo(partials, dy.Rows, dbias);
    }

    private struct BackwardJob : ILaneJob<BackwardJob>
    {
        public Tensor Dy;
        public float* Partials;

        public static void Run<TLanes>(ref BackwardJob job, int unit, int worker)
            where TLanes : unmanaged, ILanes<TLanes>
        {
            float* sums = job.Partials + ((long)unit * RowSums.Stride(job.Dy.Cols));
            int end = Math.Min(job.Dy.Rows, (unit + 1) * RowSums.RunLength);
            for (int row = unit * RowSums.RunLength; row < end; row++)
            {
                AddScaled.Row<TLanes>(job.Dy.Pointer + ((long)row * job.Dy.Stride), 1f, sums, job.Dy.Cols);
            }
        }
    }
}
