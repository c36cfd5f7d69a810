namespace Jevons.Kernels;

/// <summary>Rotates dimensions of every head by the angles of its token (arXiv 2104.09864).</summary>
/// <remarks>
/// For each pair (x, y): x' = fma(x, cos, -(y sin)), y' = fma(y, cos, x sin), in f32. The same bits on every instruction
/// set. Thread-safe; allocates nothing.
/// </remarks>
public static unsafe class Rope
{
    /// <summary>
    /// Rotates in place dimensions offset .. offset + D - 1 of every head, D = angles.Cols / 2; the others stay. (In latent
    /// attention that is the last part of a query head, and the whole of k_pe.)
    /// </summary>
    /// <param name="x">[T, H * headDim].</param>
    /// <param name="angles">[T, 2 D] of <see cref="RopeTable.FillAngles"/>, made for the same layout.</param>
    /// <param name="layout">Which dimensions form a pair.</param>
    /// <param name="headDim">Dimensions of a head.</param>
    /// <param name="offset">First rotated dimension of a head.</param>
    /// <param name="context">Threads and instruction set.</param>
    /// <exception cref="ArgumentException">The shapes do not fit each other.</exception>
    public static void Run(Tensor x, Tensor angles, RopeLayout layout, int headDim, int offset, KernelContext context)
    {
        int dim = angles.Cols / 2;
        ShapeChecks.Length(angles.Rows, x.Rows, "the rows of x", nameof(angles));
        if (headDim < 1 || x.Cols % headDim != 0 || angles.Cols % 4 != 0 || offset < 0 || offset > headDim - dim)
        {
            throw new ArgumentException(
                $"x is [{x.Rows}, {x.Cols}] and angles [{angles.Rows}, {angles.Cols}]; heads of {headDim} with {dim} rotated dimensions from {offset} do not fit",
                nameof(headDim));
        }

        Job job = new() { X = x, Angles = angles, Layout = layout, HeadDim = headDim, Offset = offset, Dim = dim };
        LaneJobs.Run(context, RowUnits.Count(x.Rows, x.Cols), ref job);
    }

    private struct Job : ILaneJob<Job>
    {
        public Tensor X;
        public Tensor Angles;
        public RopeLayout Layout;
        public int HeadDim;
        public int Offset;
        public int Dim;

        public static void Run<TLanes>(ref Job job, int unit, int worker)
            where TLanes : unmanaged, ILanes<TLanes>
        {
            int perUnit = RowUnits.RowsPerUnit(job.X.Cols);
            int end = Math.Min(job.X.Rows, (unit + 1) * perUnit);
            for (int row = unit * perUnit; row < end; row++)
            {
                float* x = job.X.Pointer + ((long)row * job.X.Stride) + job.Offset;
                float* cos = job.Angles.Pointer + ((long)row * job.Angles.Stride);
                for (int head = 0; head < job.X.Cols / job.HeadDim; head++, x += job.HeadDim)
                {
                    if (job.Layout == RopeLayout.Interleaved)
                    {
                        Interleaved<TLanes>(x, cos, cos + job.Dim, job.Dim);
                    }
                    else
                    {
                        Half<TLanes>(x, cos, cos + job.Dim, job.Dim / 2);
                    }
                }
            }
        }

        // Sixteen lanes hold eight pairs; the signs are in the sines, so both members are x cos + partner sin.
        private static void Interleaved<TLanes>(float* x, float* cos, float* sin, int dim)
            where TLanes : unmanaged, ILanes<TLanes>
        {
            int d = 0;
            for (; d <= dim - 16; d += 16)
            {
                TLanes v = TLanes.Load(x + d);
                TLanes.Store(x + d, TLanes.FusedMultiplyAdd(v, TLanes.Load(cos + d), TLanes.SwapPairs(v) * TLanes.Load(sin + d)));
            }

            if (d < dim)
            {
                int left = dim - d;
                TLanes v = LaneTail.Load<TLanes>(x + d, left, 0);
                TLanes partner = TLanes.SwapPairs(v) * LaneTail.Load<TLanes>(sin + d, left, 0);
                LaneTail.Store(x + d, left, TLanes.FusedMultiplyAdd(v, LaneTail.Load<TLanes>(cos + d, left, 0), partner));
            }
        }

        private static void Half<TLanes>(float* x, float* cos, float* sin, int pairs)
            where TLanes : unmanaged, ILanes<TLanes>
        {
            float* y = x + pairs;
            float* sinY = sin + pairs;
            int i = 0;
            for (; i <= pairs - 16; i += 16)
            {
                TLanes first = TLanes.Load(x + i);
                TLanes second = TLanes.Load(y + i);
                TLanes c = TLanes.Load(cos + i);
                TLanes.Store(x + i, TLanes.FusedMultiplyAdd(first, c, second * TLanes.Load(sin + i)));
                TLanes.Store(y + i, TLanes.FusedMultiplyAdd(second, c, first * TLanes.Load(sinY + i)));
            }

            if (i < pairs)
            {
                int left = pairs - i;
                TLanes first = LaneTail.Load<TLanes>(x + i, left, 0);
                TLanes second = LaneTail.Load<TLanes>(y + i, left, 0);
                TLanes c = LaneTail.Load<TLanes>(cos + i, left, 0);
                LaneTail.Store(x + i, left, TLanes.FusedMultiplyAdd(first, c, second * LaneTail.Load<TLanes>(sin + i, left, 0)));
                LaneTail.Store(y + i, left, TLanes.FusedMultiplyAdd(second, c, first * LaneTail.Load<TLanes>(sinY + i, left, 0)));
            }
        }
    }
}
