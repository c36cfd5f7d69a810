namespace Jevons.Kernels;

/// <summary>The sigmoid-weighted linear unit x / (1 + e^-x) (arXiv 1702.03118), also called swish.</summary>
/// <remarks>f32; the same bits on every instruction set. Thread-safe; allocates nothing.</remarks>
public static class Silu
{
    /// <summary>y = x sigmoid(x); NaN at -infinity.</summary>
    /// <param name="x">Arguments [T, N].</param>
    /// <param name="y">Result [T, N]; may be <paramref name="x"/>, must not overlap it otherwise.</param>
    /// <param name="context">Threads and instruction set.</param>
    /// <exception cref="ArgumentException">The shapes differ.</exception>
    public static void Run(Tensor x, Tensor y, KernelContext context) => UnaryJob<Operator>.Run(x, y, context);

    private readonly struct Operator : IUnaryOperator
    {
        public static T Invoke<T>(T x)
            where T : unmanaged, ILanes<T> => x * LaneMath.Sigmoid(x);
    }
}
