namespace Jevons.Kernels;

/// <summary>Root mean square normalisation (arXiv 1910.07467): y = x / sqrt(mean(x^2) + eps) * weight.</summary>
/// <remarks>
/// f32. The squares are summed in sixteen lanes, lane l taking elements l, l + 16, ... ascending with fused multiply-adds,
/// then by the fixed tree; the mean, the root and the reciprocal are single operations; every element is multiplied by
/// the reciprocal and then by its weight. The same bits on every instruction set. Thread-safe; allocates nothing.
/// </remarks>
public static unsafe partial class RmsNorm
{
    /// <summary>Normalises every row.</summary>
    /// <param name="x">[T, N].</param>
    /// <param name="weight">N elements.</param>
    /// <param name="eps">Added to the mean of the squares.</param>
    /// <param name="y">[T, N]; may be <paramref name="x"/>, must not overlap it otherwise.</param>
    /// <param name="context">Threads and instruction set.</param>
    /// <exception cref="ArgumentException">The shapes differ.</exception>
    public static void Run(Tensor x, ReadOnlySpan<float> weight, float eps, Tensor y, KernelContext context) =>
        RunHeads(x, x.Cols, weight, eps, y, context);

    /// <summary>Normalises every group of <paramref name="headDim"/> elements of every row by itself (Qwen3's query and key norms).</summary>
    /// <param name="x">[T, H * headDim].</param>
    /// <param name="headDim">Elements of a head.</param>
    /// <param name="weight">headDim elements, the same for all heads.</param>
    /// <param name="eps">Added to the mean of the squares.</param>
    /// <param name="y">[T, H * headDim]; may be <paramref name="x"/>, must not overlap it otherwise.</param>
    /// <param name="context">Threads and instruction set.</param>
    /// <exception cref="ArgumentException">The shapes differ or headDim does not divide the columns.</exception>
    public static void RunHeads(Tensor x, int headDim, ReadOnlySpan<float> weight, float eps, Tensor y, KernelContext context)
    {
        ShapeChecks.Same(x, y);
        ShapeChecks.Length(weight.Length, headDim, "the elements of a head or row", nameof(weight));
        if (x.Cols == 0)
        {
            return;
        }

        if (headDim < 1 || x.Cols % headDim != 0)
        {
            throw new ArgumentException($"x is [{x.Rows}, {x.Cols}], which heads of {headDim} do not divide", nameof(headDim));
        }

        fixed (float* w = weight)
        {
            Job job = new() { X = x, Y = y, Weight = w, HeadDim = headDim, Eps = eps };
            LaneJobs.Run(context, RowUnits.Count(x.Rows, x.Cols), ref job);
        }
    }

    private struct Job : ILaneJob<Job>
    {
        public Tensor X;
        public Tensor Y;
        public float* Weight;
        public int HeadDim;
        public float Eps;

        public static void Run<TLanes>(ref Job job, int unit, int worker)
            where TLanes : unmanaged, ILanes<TLanes>
        {
            int perUnit = RowUnits.RowsPerUnit(job.X.Cols);
            int end = Math.Min(job.X.Rows, (unit + 1) * perUnit);
            for (int row = unit * perUnit; row < end; row++)
            {
                float* x = job.X.Pointer + ((long)row * job.X.Stride);
                float* y = job.Y.Pointer + ((long)row * job.Y.Stride);
                for (int c = 0; c < job.X.Cols; c += job.HeadDim)
                {
                    Group<TLanes>(x + c, job.Weight, job.Eps, y + c, job.HeadDim);
                }
            }
        }

        private static void Group<TLanes>(float* x, float* weight, float eps, float* y, int count)
            where TLanes : unmanaged, ILanes<TLanes>
        {
            TLanes squares = TLanes.Zero;
            int i = 0;
            for (; i <= count - 16; i += 16)
            {
                TLanes v = TLanes.Load(x + i);
                squares = TLanes.FusedMultiplyAdd(v, v, squares);
            }

            if (i < count)
            {
                TLanes v = LaneTail.Load<TLanes>(x + i, count - i, 0);
                squares = TLanes.FusedMultiplyAdd(v, v, squares);
            }

            TLanes scale = TLanes.Create(1f / MathF.Sqrt((TLanes.Sum(squares) / count) + eps));
            for (i = 0; i <= count - 16; i += 16)
            {
                TLanes.Store(y + i, TLanes.Load(x + i) * scale * TLanes.Load(weight + i));
            }

            if (i < count)
            {
                TLanes v = LaneTail.Load<TLanes>(x + i, count - i, 0) * scale;
                LaneTail.Store(y + i, count - i, v * LaneTail.Load<TLanes>(weight + i, count - i, 0));
            }
        }
    }
}
