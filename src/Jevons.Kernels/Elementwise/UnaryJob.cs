namespace Jevons.Kernels;

/// <summary>y[r, c] = f(x[r, c]) for every element; the one traversal of all functions of one element.</summary>
/// <typeparam name="TOperator">f.</typeparam>
internal unsafe struct UnaryJob<TOperator> : ILaneJob<UnaryJob<TOperator>>
    where TOperator : struct, IUnaryOperator
{
    private Tensor _x;
    private Tensor _y;

    /// <summary>Checks the shapes and runs.</summary>
    public static void Run(Tensor x, Tensor y, KernelContext context)
    {
        ShapeChecks.Same(x, y);
        UnaryJob<TOperator> job = new() { _x = x, _y = y };
        LaneJobs.Run(context, RowUnits.Count(x.Rows, x.Cols), ref job);
    }

    static void ILaneJob<UnaryJob<TOperator>>.Run<TLanes>(ref UnaryJob<TOperator> job, int unit, int worker)
    {
        int perUnit = RowUnits.RowsPerUnit(job._x.Cols);
        int end = Math.Min(job._x.Rows, (unit + 1) * perUnit);
        for (int row = unit * perUnit; row < end; row++)
        {
            float* x = job._x.Pointer + ((long)row * job._x.Stride);
            float* y = job._y.Pointer + ((long)row * job._y.Stride);
            int cols = job._x.Cols;
            int i = 0;
            for (; i <= cols - 16; i += 16)
            {
                TLanes.Store(y + i, TOperator.Invoke(TLanes.Load(x + i)));
            }

            if (i < cols)
            {
                LaneTail.Store(y + i, cols - i, TOperator.Invoke(LaneTail.Load<TLanes>(x + i, cols - i, 0)));
            }
        }
    }
}
