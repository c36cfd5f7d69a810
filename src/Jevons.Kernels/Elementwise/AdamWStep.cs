namespace Jevons.Kernels;

/// <summary>
/// One step of AdamW (arXiv 1711.05101, algorithm 2) on a parameter, element by element in the order of torch.optim.AdamW:
/// <code>
/// g = scale gradient      m += (1 - beta1) (g - m)      v = beta2 v + (1 - beta2) g g
/// p = (1 - lr decay) p - lr / (1 - beta1^t)  m / (sqrt(v) / sqrt(1 - beta2^t) + eps)
/// </code>
/// </summary>
/// <remarks>f32; the same bits on every instruction set and for any number of threads. Thread-safe; allocates nothing.</remarks>
public static unsafe class AdamWStep
{
    /// <summary>Changes a parameter and its moments.</summary>
    /// <param name="values">p [R, C], read and written.</param>
    /// <param name="gradient">[R, C].</param>
    /// <param name="scale">Factor of the gradient.</param>
    /// <param name="first">m [R, C], read and written.</param>
    /// <param name="second">v [R, C], read and written.</param>
    /// <param name="factors">The step's scalars.</param>
    /// <param name="context">Threads and instruction set.</param>
    /// <exception cref="ArgumentException">The shapes differ.</exception>
    public static void Run(
        Tensor values, Tensor gradient, float scale, Tensor first, Tensor second, in AdamWFactors factors, KernelContext context)
    {
        ShapeChecks.Same(values, gradient);
        ShapeChecks.Same(values, first);
        ShapeChecks.Same(values, second);
        Job job = new() { Values = values, Gradient = gradient, Scale = scale, First = first, Second = second, Factors = factors };
        LaneJobs.Run(context, RowUnits.Count(values.Rows, values.Cols), ref job);
    }

    private struct Job : ILaneJob<Job>
    {
        public Tensor Values;
        public Tensor Gradient;
        public Tensor First;
        public Tensor Second;
        public AdamWFactors Factors;
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
                float* m = job.First.Pointer + ((long)row * job.First.Stride);
                float* v = job.Second.Pointer + ((long)row * job.Second.Stride);
                int i = 0;
                for (; i <= cols - 16; i += 16)
                {
                    (TLanes values, TLanes first, TLanes second) = job.Step(
                        TLanes.Load(p + i), TLanes.Load(g + i), TLanes.Load(m + i), TLanes.Load(v + i));
                    TLanes.Store(p + i, values);
                    TLanes.Store(m + i, first);
                    TLanes.Store(v + i, second);
                }

                int left = cols - i;
                if (left > 0)
                {
                    (TLanes values, TLanes first, TLanes second) = job.Step(
                        LaneTail.Load<TLanes>(p + i, left, 0),
                        LaneTail.Load<TLanes>(g + i, left, 0),
                        LaneTail.Load<TLanes>(m + i, left, 0),
                        LaneTail.Load<TLanes>(v + i, left, 0));
                    LaneTail.Store(p + i, left, values);
                    LaneTail.Store(m + i, left, first);
                    LaneTail.Store(v + i, left, second);
                }
            }
        }

        private readonly (TLanes Values, TLanes First, TLanes Second) Step<TLanes>(TLanes p, TLanes gradient, TLanes m, TLanes v)
            where TLanes : unmanaged, ILanes<TLanes>
        {
            TLanes g = gradient * TLanes.Create(Scale);
            m = TLanes.FusedMultiplyAdd(TLanes.Create(Factors.FirstWeight), g - m, m);
            v = TLanes.FusedMultiplyAdd(TLanes.Create(Factors.SecondWeight) * g, g, v * TLanes.Create(Factors.SecondKeep));
            TLanes root = (TLanes.Sqrt(v) / TLanes.Create(Factors.RootDivisor)) + TLanes.Create(Factors.Epsilon);
            p = TLanes.FusedMultiplyAdd(TLanes.Create(-Factors.StepSize), m / root, p * TLanes.Create(Factors.Keep));
            return (p, m, v);
        }
    }
}
