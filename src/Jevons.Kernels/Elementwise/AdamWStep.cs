namespace Jevons.Kernels;

/// <summary>One step of AdamW (arXiv 1711.05101, algorithm 2), as PyTorch orders it.</summary>
/// <remarks>f32; the same bits on every instruction set and for any number of threads. Thread-safe; allocates nothing.</remarks>
public static unsafe class AdamWStep
{
    /// <summary>
    /// p = p (1 - lr decay); m = m + (1 - beta1)(g - m); v = beta2 v + (1 - beta2) g^2;
    /// p = p - lr / (1 - beta1^t) m / (sqrt(v) / sqrt(1 - beta2^t) + eps), g the scaled gradient.
    /// </summary>
    /// <param name="values">p, changed.</param>
    /// <param name="gradient">The gradient.</param>
    /// <param name="mean">m, changed.</param>
    /// <param name="square">v, changed.</param>
    /// <param name="step">t, from 1.</param>
    /// <param name="learningRate">lr.</param>
    /// <param name="beta1">beta1.</param>
    /// <param name="beta2">beta2.</param>
    /// <param name="eps">eps.</param>
    /// <param name="decay">decay.</param>
    /// <param name="gradientScale">Factor of the gradient.</param>
    /// <param name="context">Threads and instruction set.</param>
    /// <exception cref="ArgumentException">The shapes differ.</exception>
    public static void Run(
        Tensor values,
        Tensor gradient,
        Tensor mean,
        Tensor square,
        int step,
        double learningRate,
        double beta1,
        double beta2,
        double eps,
        double decay,
        double gradientScale,
        KernelContext context)
    {
        ShapeChecks.Same(values, gradient);
        ShapeChecks.Same(values, mean);
        ShapeChecks.Same(values, square);
        Job job = new()
        {
            Values = values,
            Gradient = gradient,
            Mean = mean,
            Square = square,
            Keep = (float)(1 - (learningRate * decay)),
            Fresh1 = (float)(1 - beta1),
            Beta2 = (float)beta2,
            Fresh2 = (float)(1 - beta2),
            Rate = (float)-(learningRate / (1 - Math.Pow(beta1, step))),
            Root = (float)Math.Sqrt(1 - Math.Pow(beta2, step)),
            Eps = (float)eps,
            Scale = (float)gradientScale,
        };
        LaneJobs.Run(context, RowUnits.Count(values.Rows, values.Cols), ref job);
    }

    private struct Job : ILaneJob<Job>
    {
        public Tensor Values;
        public Tensor Gradient;
        public Tensor Mean;
        public Tensor Square;
        public float Keep;
        public float Fresh1;
        public float Beta2;
        public float Fresh2;
        public float Rate;
        public float Root;
        public float Eps;
        public float Scale;

        public static void Run<TLanes>(ref Job job, int unit, int worker)
            where TLanes : unmanaged, ILanes<TLanes>
        {
            int cols = job.Values.Cols;
            int perUnit = RowUnits.RowsPerUnit(cols);
            int end = Math.Min(job.Values.Rows, (unit + 1) * perUnit);
            for (int row = unit * perUnit; row < end; row++)
            {
                float* p = job.Values.Pointer + ((long)row * job.Values.Stride);
                float* g = job.Gradient.Pointer + ((long)row * job.Gradient.Stride);
                float* m = job.Mean.Pointer + ((long)row * job.Mean.Stride);
                float* v = job.Square.Pointer + ((long)row * job.Square.Stride);
                int i = 0;
                for (; i <= cols - 16; i += 16)
                {
                    TLanes mean = TLanes.Load(m + i);
                    TLanes square = TLanes.Load(v + i);
                    TLanes value = job.Lanes(TLanes.Load(p + i), TLanes.Load(g + i), ref mean, ref square);
                    TLanes.Store(p + i, value);
                    TLanes.Store(m + i, mean);
                    TLanes.Store(v + i, square);
                }

                int left = cols - i;
                if (left > 0)
                {
                    TLanes mean = LaneTail.Load<TLanes>(m + i, left, 0);
                    TLanes square = LaneTail.Load<TLanes>(v + i, left, 0);
                    TLanes value = job.Lanes(LaneTail.Load<TLanes>(p + i, left, 0), LaneTail.Load<TLanes>(g + i, left, 0), ref mean, ref square);
                    LaneTail.Store(p + i, left, value);
                    LaneTail.Store(m + i, left, mean);
                    LaneTail.Store(v + i, left, square);
                }
            }
        }

        private readonly TLanes Lanes<TLanes>(TLanes value, TLanes gradient, ref TLanes mean, ref TLanes square)
            where TLanes : unmanaged, ILanes<TLanes>
        {
            TLanes g = gradient * TLanes.Create(Scale);
            mean = TLanes.FusedMultiplyAdd(g - mean, TLanes.Create(Fresh1), mean);
            square = TLanes.FusedMultiplyAdd(g * g, TLanes.Create(Fresh2), square * TLanes.Create(Beta2));
            TLanes divisor = (TLanes.Sqrt(square) / TLanes.Create(Root)) + TLanes.Create(Eps);
            return TLanes.FusedMultiplyAdd(mean / divisor, TLanes.Create(Rate), value * TLanes.Create(Keep));
        }
    }
}
