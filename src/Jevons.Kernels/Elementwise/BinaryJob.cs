namespace Jevons.Kernels;

/// <summary>
/// y[r, c] = f(a[r, c], b[r, c]) for every element; the one traversal of all functions of two elements. A stride of 0
/// repeats one row of b.
/// </summary>
/// <typeparam name="TOperator">f.</typeparam>
internal unsafe struct BinaryJob<TOperator> : ILaneJob<BinaryJob<TOperator>>
    where TOperator : struct, IBinaryOperator
{
    private Tensor _a;
    private Tensor _y;
    private float* _b;
    private int _strideB;

    /// <summary>Checks the shapes and runs.</summary>
    public static void Run(Tensor a, Tensor b, Tensor y, KernelContext context)
    {
        ShapeChecks.Same(a, b);
        Run(a, b.Pointer, b.Stride, y, context);
    }

    /// <summary>Runs with rows of b that the caller has checked.</summary>
    public static void Run(Tensor a, float* b, int strideB, Tensor y, KernelContext context)
    {
        ShapeChecks.Same(a, y);
        BinaryJob<TOperator> job = new() { _a = a, _b = b, _strideB = strideB, _y = y };
        LaneJobs.Run(context, RowUnits.Count(a.Rows, a.Cols), ref job);
    }

    static void ILaneJob<BinaryJob<TOperator>>.Run<TLanes>(ref BinaryJob<TOperator> job, int unit, int worker)
    {
        int perUnit = RowUnits.RowsPerUnit(job._a.Cols);
        int end = Math.Min(job._a.Rows, (unit + 1) * perUnit);
        for (int row = unit * perUnit; row < end; row++)
        {
            float* a = job._a.Pointer + ((long)row * job._a.Stride);
            float* b = job._b + ((long)row * job._strideB);
            float* y = job._y.Pointer + ((long)row * job._y.Stride);
            int cols = job._a.Cols;
            int i = 0;
            for (; i <= cols - 16; i += 16)
            {
                TLanes.Store(y + i, TOperator.Invoke(TLanes.Load(a + i), TLanes.Load(b + i)));
            }

            if (i < cols)
            {
                TLanes tailA = LaneTail.Load<TLanes>(a + i, cols - i, 0);
                TLanes tailB = LaneTail.Load<TLanes>(b + i, cols - i, 0);
                LaneTail.Store(y + i, cols - i, TOperator.Invoke(tailA, tailB));
            }
        }
    }
}
