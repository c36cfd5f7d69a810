namespace Jevons.Kernels;

/// <summary>The exponential function of single precision: within 2 ulp, e^0 = 1, e^-infinity = 0, overflow gives +infinity, NaN stays NaN.</summary>
/// <remarks>f32; the same bits on every instruction set. Thread-safe; allocates nothing.</remarks>
public static class Exp
{
    /// <summary>y = e^x.</summary>
    /// <param name="x">Arguments [T, N].</param>
    /// <param name="y">Result [T, N]; may be <paramref name="x"/>, must not overlap it otherwise.</param>
    /// <param name="context">Threads and instruction set.</param>
    /// <exception cref="ArgumentException">The shapes differ.</exception>
    public static void Run(Tensor x, Tensor y, KernelContext context) => UnaryJob<Operator>.Run(x, y, context);

    private readonly struct Operator : IUnaryOperator
    {
        public static T Invoke<T>(T x)
            where T : unmanaged, ILanes<T> => LaneMath.Exp(x);
    }
}
