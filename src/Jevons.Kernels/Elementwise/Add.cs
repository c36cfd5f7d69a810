namespace Jevons.Kernels;

/// <summary>The residual sum y = a + b.</summary>
/// <remarks>f32; thread-safe; allocates nothing.</remarks>
public static class Add
{
    /// <summary>y = a + b, element by element.</summary>
    /// <param name="a">[T, N].</param>
    /// <param name="b">[T, N].</param>
    /// <param name="y">[T, N]; may be either operand, must not overlap them otherwise.</param>
    /// <param name="context">Threads and instruction set.</param>
    /// <exception cref="ArgumentException">The shapes differ.</exception>
    public static void Run(Tensor a, Tensor b, Tensor y, KernelContext context) => BinaryJob<Operator>.Run(a, b, y, context);

    internal readonly struct Operator : IBinaryOperator
    {
        public static T Invoke<T>(T a, T b)
            where T : unmanaged, ILanes<T> => a + b;
    }
}
