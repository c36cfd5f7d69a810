namespace Jevons.Kernels;

/// <summary>The weighted sum of two tensors.</summary>
/// <remarks>f32; the same bits on every instruction set and for any number of threads. Thread-safe; allocates nothing.</remarks>
public static unsafe class Blend
{
    /// <summary>y = a x + b y: b y rounded, then one fused multiply-add. Where b is 0, y = a x whatever y held.</summary>
    /// <param name="x">[R, C].</param>
    /// <param name="a">Factor of x.</param>
    /// <param name="y">[R, C], read and written; may be <paramref name="x"/>, must not overlap it otherwise.</param>
    /// <param name="b">Factor of y.</param>
    /// <param name="context">Threads and instruction set.</param>
    /// <exception cref="ArgumentException">The shapes differ.</exception>
    public static void Run(Tensor x, float a, Tensor y, float b, KernelContext context)
    {
        ShapeChecks.Same(x, y);
        Job job = new() { X = x, Y = y, A = a, B = b };
        LaneJobs.Run(context, RowUnits.Count(x.Rows, x.Cols), ref job);
    }

    private struct Job : ILaneJob<Job>
    {
        public Tensor X;
        public Tensor Y;
        public float A;
        public float B;

        public static void Run<TLanes>(ref Job job, int unit, int worker)
            where TLanes : unmanaged, ILanes<TLanes>
        {
            int cols = job.X.Cols;
            int perUnit = RowUnits.RowsPerUnit(cols);
            int end = Math.Min(job.X.Rows, (unit + 1) * perUnit);
            TLanes a = TLanes.Create(job.A);
            TLanes b = TLanes.Create(job.B);
            for (int row = unit * perUnit; row < end; row++)
            {
                float* x = job.X.Pointer + ((long)row * job.X.Stride);
                float* y = job.Y.Pointer + ((long)row * job.Y.Stride);
                int i = 0;
                for (; i <= cols - 16; i += 16)
                {
                    TLanes sum = job.B == 0 ? a * TLanes.Load(x + i) : TLanes.FusedMultiplyAdd(a, TLanes.Load(x + i), b * TLanes.Load(y + i));
                    TLanes.Store(y + i, sum);
                }

                int left = cols - i;
                if (left > 0)
                {
                    TLanes from = LaneTail.Load<TLanes>(x + i, left, 0);
                    TLanes sum = job.B == 0 ? a * from : TLanes.FusedMultiplyAdd(a, from, b * LaneTail.Load<TLanes>(y + i, left, 0));
                    LaneTail.Store(y + i, left, sum);
                }
            }
        }
    }
}
