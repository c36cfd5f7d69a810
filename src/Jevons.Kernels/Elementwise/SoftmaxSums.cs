namespace Jevons.Kernels;

/// <summary>The two reductions that softmax and log-softmax of a row share.</summary>
internal static unsafe class SoftmaxSums
{
    /// <summary>The largest element; NaN is ignored, a row without numbers gives -infinity.</summary>
    public static float Maximum<TLanes>(float* x, int count)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        TLanes largest = TLanes.Create(float.NegativeInfinity);
        int i = 0;
        for (; i <= count - 16; i += 16)
        {
            largest = TLanes.Max(largest, TLanes.Load(x + i));
        }

        if (i < count)
        {
            largest = TLanes.Max(largest, LaneTail.Load<TLanes>(x + i, count - i, float.NegativeInfinity));
        }

        return TLanes.Maximum(largest);
    }

    /// <summary>
    /// Sum of e^(x - shift). Every 64 elements are summed in f32 (<see cref="LaneMath.Sum{T}"/>; missing elements count
    /// as +0) and these sums in double, ascending: relative error below 5e-7 whatever the length.
    /// </summary>
    public static double ExpSum<TLanes>(float* x, int count, float shift)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        TLanes s = TLanes.Create(shift);
        double sum = 0;
        for (int i = 0; i < count; i += 64)
        {
            int left = count - i;
            sum += LaneMath.Sum(
                ExpAt(x + i, left, s), ExpAt(x + i + 16, left - 16, s), ExpAt(x + i + 32, left - 32, s), ExpAt(x + i + 48, left - 48, s));
        }

        return sum;
    }

    private static TLanes ExpAt<TLanes>(float* x, int left, TLanes shift)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        if (left >= 16)
        {
            return LaneMath.Exp(TLanes.Load(x) - shift);
        }

        return left <= 0 ? TLanes.Zero : LaneMath.Exp(LaneTail.Load<TLanes>(x, left, float.NegativeInfinity) - shift);
    }
}
