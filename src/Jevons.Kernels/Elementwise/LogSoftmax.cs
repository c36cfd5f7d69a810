namespace Jevons.Kernels;

/// <summary>Log-probabilities of rows: y_i = x_i - ln sum_j e^x_j.</summary>
/// <remarks>
/// The logarithm of the sum is kept in double and subtracted as a pair of floats, so an f32 log-probability is within
/// 5e-7 + half an ulp of the definition whatever the length of the row. A row that holds +infinity or NaN, or only -infinity,
/// gives NaN. The same bits on every instruction set. Thread-safe; allocates nothing.
/// </remarks>
public static unsafe class LogSoftmax
{
    /// <summary>Every row by itself.</summary>
    /// <param name="x">[T, N].</param>
    /// <param name="y">[T, N]; may be <paramref name="x"/>, must not overlap it otherwise.</param>
    /// <param name="context">Threads and instruction set.</param>
    /// <exception cref="ArgumentException">The shapes differ.</exception>
    public static void Run(Tensor x, Tensor y, KernelContext context)
    {
        ShapeChecks.Same(x, y);
        Job job = new() { X = x, Y = y };
        LaneJobs.Run(context, RowUnits.Count(x.Rows, x.Cols), ref job);
    }

    /// <summary>One row, on the caller's thread.</summary>
    /// <param name="x">N elements.</param>
    /// <param name="y">N elements; may be <paramref name="x"/>.</param>
    /// <param name="context">Instruction set.</param>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    public static void Row(ReadOnlySpan<float> x, Span<float> y, KernelContext context)
    {
        ShapeChecks.Length(y.Length, x.Length, "the elements of x", nameof(y));
        fixed (float* px = x)
        fixed (float* py = y)
        {
            Job job = new() { X = new Tensor(px, 1, x.Length, x.Length), Y = new Tensor(py, 1, x.Length, x.Length) };
            LaneJobs.RunHere(context.Features, ref job);
        }
    }

    /// <summary>ln sum_j e^x_j of one row, on the caller's thread; the log-probability of i is (float)(x_i - this).</summary>
    /// <param name="x">N elements; -infinity for an empty row.</param>
    /// <param name="context">Instruction set.</param>
    /// <returns>The logarithm of the sum.</returns>
    public static double LogSumExp(ReadOnlySpan<float> x, KernelContext context)
    {
        fixed (float* px = x)
        {
            SumJob job = new() { X = px, Count = x.Length };
            LaneJobs.RunHere(context.Features, ref job);
            return job.Result;
        }
    }

    internal static double LogSumExp<TLanes>(float* x, int count)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        if (count == 0)
        {
            return double.NegativeInfinity;
        }

        float largest = SoftmaxSums.Maximum<TLanes>(x, count);
        return largest + Log.Value(SoftmaxSums.ExpSum<TLanes>(x, count, largest));
    }

    private struct SumJob : ILaneJob<SumJob>
    {
        public float* X;
        public int Count;
        public double Result;

        public static void Run<TLanes>(ref SumJob job, int unit, int worker)
            where TLanes : unmanaged, ILanes<TLanes> => job.Result = LogSumExp<TLanes>(job.X, job.Count);
    }

    private struct Job : ILaneJob<Job>
    {
        public Tensor X;
        public Tensor Y;

        public static void Run<TLanes>(ref Job job, int unit, int worker)
            where TLanes : unmanaged, ILanes<TLanes>
        {
            int perUnit = RowUnits.RowsPerUnit(job.X.Cols);
            int end = Math.Min(job.X.Rows, (unit + 1) * perUnit);
            for (int row = unit * perUnit; row < end; row++)
            {
                Row<TLanes>(job.X.Pointer + ((long)row * job.X.Stride), job.Y.Pointer + ((long)row * job.Y.Stride), job.X.Cols);
            }
        }

        private static void Row<TLanes>(float* x, float* y, int count)
            where TLanes : unmanaged, ILanes<TLanes>
        {
            double logarithm = LogSumExp<TLanes>(x, count);
            TLanes high = TLanes.Create((float)logarithm);
            TLanes low = TLanes.Create((float)(logarithm - (float)logarithm));
            int i = 0;
            for (; i <= count - 16; i += 16)
            {
                TLanes.Store(y + i, Subtract(TLanes.Load(x + i), high, low));
            }

            if (i < count)
            {
                LaneTail.Store(y + i, count - i, Subtract(LaneTail.Load<TLanes>(x + i, count - i, 0), high, low));
            }
        }

        // x - (high + low): the rounding error of x - high is recovered exactly (Knuth's two-sum) and rounded once with low.
        // Where x - high is infinite there is no error to recover.
        private static TLanes Subtract<TLanes>(TLanes x, TLanes high, TLanes low)
            where TLanes : unmanaged, ILanes<TLanes>
        {
            TLanes difference = x - high;
            TLanes back = difference - x;
            TLanes error = (x - (difference - back)) - (high + back);
            TLanes finite = TLanes.GreaterThan(TLanes.Create(float.PositiveInfinity), error * error);
            return difference + (TLanes.AndBits(finite, error) - low);
        }
    }
}
