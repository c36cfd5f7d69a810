namespace Jevons.Kernels;

/// <summary>Softmax over rows: y_i = e^(x_i - max) / sum_j e^(x_j - max).</summary>
/// <remarks>
/// f32 elements; the sum as <see cref="SoftmaxSums.ExpSum"/> takes it, rounded to f32 once; then one division per element.
/// A row that holds +infinity or NaN, or only -infinity, gives NaN. The same bits on every instruction set. Thread-safe;
/// allocates nothing.
/// </remarks>
public static unsafe class Softmax
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
            float largest = SoftmaxSums.Maximum<TLanes>(x, count);
            TLanes shift = TLanes.Create(largest);
            TLanes sum = TLanes.Create((float)SoftmaxSums.ExpSum<TLanes>(x, count, largest));
            int i = 0;
            for (; i <= count - 16; i += 16)
            {
                TLanes.Store(y + i, LaneMath.Exp(TLanes.Load(x + i) - shift) / sum);
            }

            if (i < count)
            {
                TLanes tail = LaneTail.Load<TLanes>(x + i, count - i, float.NegativeInfinity);
                LaneTail.Store(y + i, count - i, LaneMath.Exp(tail - shift) / sum);
            }
        }
    }
}
