namespace Jevons.Kernels;

/// <summary>Adds a multiple of one tensor to another.</summary>
/// <remarks>f32; the same bits on every instruction set. Thread-safe; allocates nothing.</remarks>
public static unsafe class AddScaled
{
    /// <summary>y = scale x + y with one rounding per element.</summary>
    /// <param name="x">[T, N].</param>
    /// <param name="scale">The factor.</param>
    /// <param name="y">[T, N], read and written; must not overlap <paramref name="x"/>.</param>
    /// <param name="context">Threads and instruction set.</param>
    /// <exception cref="ArgumentException">The shapes differ.</exception>
    public static void Run(Tensor x, float scale, Tensor y, KernelContext context)
    {
        ShapeChecks.Same(x, y);
        Job job = new() { X = x, Y = y, Scale = scale };
        LaneJobs.Run(context, RowUnits.Count(x.Rows, x.Cols), ref job);
    }

    /// <summary>y = scale x + y for one row.</summary>
    internal static void Row<TLanes>(float* x, float scale, float* y, int cols)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        TLanes factor = TLanes.Create(scale);
        int i = 0;
        for (; i <= cols - 16; i += 16)
        {
            TLanes.Store(y + i, TLanes.FusedMultiplyAdd(factor, TLanes.Load(x + i), TLanes.Load(y + i)));
        }

        if (i < cols)
        {
            TLanes sum = LaneTail.Load<TLanes>(y + i, cols - i, 0);
            LaneTail.Store(y + i, cols - i, TLanes.FusedMultiplyAdd(factor, LaneTail.Load<TLanes>(x + i, cols - i, 0), sum));
        }
    }

    private struct Job : ILaneJob<Job>
    {
        public Tensor X;
        public Tensor Y;
        public float Scale;

        public static void Run<TLanes>(ref Job job, int unit, int worker)
            where TLanes : unmanaged, ILanes<TLanes>
        {
            int perUnit = RowUnits.RowsPerUnit(job.X.Cols);
            int end = Math.Min(job.X.Rows, (unit + 1) * perUnit);
            for (int row = unit * perUnit; row < end; row++)
            {
                Row<TLanes>(job.X.Pointer + ((long)row * job.X.Stride), job.Scale, job.Y.Pointer + ((long)row * job.Y.Stride), job.X.Cols);
            }
        }
    }
}
