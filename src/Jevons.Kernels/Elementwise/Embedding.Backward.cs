namespace Jevons.Kernels;

/// <content>The way back.</content>
public static unsafe partial class Embedding
{
    /// <summary>dtable[tokens[t]] += dy[t], t ascending.</summary>
    /// <param name="tokens">T ids in 0..V-1.</param>
    /// <param name="dy">[T, N].</param>
    /// <param name="dtable">[V, N], added to.</param>
    /// <param name="context">Threads and instruction set.</param>
    /// <exception cref="ArgumentException">The shapes differ.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An id lies outside of the table.</exception>
    public static void Backward(ReadOnlySpan<int> tokens, Tensor dy, Tensor dtable, KernelContext context)
    {
        ShapeChecks.Columns(dtable, dy.Cols, "the columns of dy");
        ShapeChecks.Length(tokens.Length, dy.Rows, "the rows of dy", nameof(tokens));
        for (int t = 0; t < tokens.Length; t++)
        {
            if ((uint)tokens[t] >= (uint)dtable.Rows)
            {
                throw new ArgumentOutOfRangeException(nameof(tokens), $"token {t} is {tokens[t]}, the table is [{dtable.Rows}, {dtable.Cols}]");
            }
        }

        BackwardJob job = new() { Tokens = tokens, Dy = dy, DTable = dtable };
        LaneJobs.Run(context, (dy.Cols + BackwardJob.ColsPerUnit - 1) / BackwardJob.ColsPerUnit, ref job);
    }

    // A unit owns some columns of every row: two tokens may be the same one.
    private ref struct BackwardJob : ILaneJob<BackwardJob>
    {
        public const int ColsPerUnit = 64;

        public ReadOnlySpan<int> Tokens;
        public Tensor Dy;
        public Tensor DTable;

        public static void Run<TLanes>(ref BackwardJob job, int unit, int worker)
            where TLanes : unmanaged, ILanes<TLanes>
        {
            int first = unit * ColsPerUnit;
            int count = Math.Min(ColsPerUnit, job.Dy.Cols - first);
            for (int t = 0; t < job.Tokens.Length; t++)
            {
                AddScaled.Row<TLanes>(
                    job.Dy.Pointer + ((long)t * job.Dy.Stride) + first,
                    1f,
                    job.DTable.Pointer + ((long)job.Tokens[t] * job.DTable.Stride) + first,
                    count);
            }
        }
    }
}
