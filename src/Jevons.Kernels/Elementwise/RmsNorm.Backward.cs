namespace Jevons.Kernels;

/// <content>The way back.</content>
public static unsafe partial class RmsNorm
{
    /// <summary>
    /// With r = 1 / sqrt(mean(x^2) + eps) and s = sum_j weight_j dy_j x_j over a group of N elements:
    /// dx_i += r weight_i dy_i - r^3 s / N x_i, and dweight_i += sum over rows and groups of r dy_i x_i.
    /// </summary>
    /// <param name="x">[T, H * headDim], the argument of the forward pass.</param>
    /// <param name="headDim">Elements of a group; x.Cols for whole rows.</param>
    /// <param name="weight">headDim elements.</param>
    /// <param name="eps">Added to the mean of the squares.</param>
    /// <param name="dy">[T, H * headDim].</param>
    /// <param name="dx">[T, H * headDim], added to.</param>
    /// <param name="dweight">headDim elements, added to; empty where the weight is not trained.</param>
    /// <param name="context">Threads, scratch, instruction set.</param>
    /// <exception cref="ArgumentException">The shapes differ or headDim does not divide the columns.</exception>
    public static void Backward(
        Tensor x, int headDim, ReadOnlySpan<float> weight, float eps, Tensor dy, Tensor dx, Span<float> dweight, KernelContext context)
    {
        ShapeChecks.Same(x, dy);
        ShapeChecks.Same(x, dx);
        ShapeChecks.Length(weight.Length, headDim, "the elements of a head or row", nameof(weight));
        ShapeChecks.Length(dweight.Length, dweight.IsEmpty ? 0 : headDim, "the elements of a head or row", nameof(dweight));
        if (headDim < 1 || x.Cols % headDim != 0)
        {
            throw new ArgumentException($"x is [{x.Rows}, {x.Cols}], which heads of {headDim} do not divide", nameof(headDim));
        }

        float* partials = RowSums.Partials(x.Rows, headDim, context.Scratch);
        fixed (float* w = weight)
        {
            BackwardJob job = new() { X = x, Dy = dy, Dx = dx, Weight = w, HeadDim = headDim, Eps = eps, Partials = partials };
            LaneJobs.Run(context, RowSums.Runs(x.Rows), ref job);
        }

        if (!dweight.IsEmpty)
        {
            RowSums.AddTo(partials, x.Rows, dweight);
        }
    }

    private struct BackwardJob : ILaneJob<BackwardJob>
    {
        public Tensor X;
        public Tensor Dy;
        public Tensor Dx;
        public float* Weight;
        public float* Partials;
        public int HeadDim;
        public float Eps;

        public static void Run<TLanes>(ref BackwardJob job, int unit, int worker)
            where TLanes : unmanaged, ILanes<TLanes>
        {
            float* sums = job.Partials + ((long)unit * RowSums.Stride(job.HeadDim));
            int end = Math.Min(job.X.Rows, (unit + 1) * RowSums.RunLength);
            for (int row = unit * RowSums.RunLength; row < end; row++)
            {
                float* x = job.X.Pointer + ((long)row * job.X.Stride);
                float* dy = job.Dy.Pointer + ((long)row * job.Dy.Stride);
                float* dx = job.Dx.Pointer + ((long)row * job.Dx.Stride);
                for (int c = 0; c < job.X.Cols; c += job.HeadDim)
                {
                    job.Group<TLanes>(x + c, dy + c, dx + c, sums);
                }
            }
        }

        private readonly void Group<TLanes>(float* x, float* dy, float* dx, float* sums)
            where TLanes : unmanaged, ILanes<TLanes>
        {
            int count = HeadDim;
            TLanes squares = TLanes.Zero;
            TLanes products = TLanes.Zero;
            int i = 0;
            for (; i <= count - 16; i += 16)
            {
                TLanes v = TLanes.Load(x + i);
                squares = TLanes.FusedMultiplyAdd(v, v, squares);
                products = TLanes.FusedMultiplyAdd(TLanes.Load(Weight + i) * TLanes.Load(dy + i), v, products);
            }

            int left = count - i;
            if (left > 0)
            {
                TLanes v = LaneTail.Load<TLanes>(x + i, left, 0);
                squares = TLanes.FusedMultiplyAdd(v, v, squares);
                TLanes scaled = LaneTail.Load<TLanes>(Weight + i, left, 0) * LaneTail.Load<TLanes>(dy + i, left, 0);
                products = TLanes.FusedMultiplyAdd(scaled, v, products);
            }

            float r = 1f / MathF.Sqrt((TLanes.Sum(squares) / count) + Eps);
            TLanes scale = TLanes.Create(r);
            TLanes back = TLanes.Create(-(r * r * r * TLanes.Sum(products) / count));
            for (i = 0; i <= count - 16; i += 16)
            {
                TLanes v = TLanes.Load(x + i);
                TLanes d = TLanes.Load(dy + i) * scale;
                TLanes.Store(dx + i, TLanes.Load(dx + i) + TLanes.FusedMultiplyAdd(v, back, d * TLanes.Load(Weight + i)));
                TLanes.Store(sums + i, TLanes.FusedMultiplyAdd(d, v, TLanes.Load(sums + i)));
            }

            if (left > 0)
            {
                TLanes v = LaneTail.Load<TLanes>(x + i, left, 0);
                TLanes d = LaneTail.Load<TLanes>(dy + i, left, 0) * scale;
                TLanes step = TLanes.FusedMultiplyAdd(v, back, d * LaneTail.Load<TLanes>(Weight + i, left, 0));
                LaneTail.Store(dx + i, left, LaneTail.Load<TLanes>(dx + i, left, 0) + step);
                LaneTail.Store(sums + i, left, TLanes.FusedMultiplyAdd(d, v, LaneTail.Load<TLanes>(sums + i, left, 0)));
            }
        }
    }
}
