namespace Jevons.Kernels;

/// <summary>The gated linear unit of a feed-forward layer (arXiv 2002.05202): y = silu(gate) * up.</summary>
/// <remarks>f32; the same bits on every instruction set. Thread-safe; allocates nothing.</remarks>
public static partial class SwiGlu
{
    /// <summary>y = (gate sigmoid(gate)) up, element by element.</summary>
    /// <param name="gate">[T, N].</param>
    /// <param name="up">[T, N].</param>
    /// <param name="y">[T, N]; may be either operand, must not overlap them otherwise.</param>
    /// <param name="context">Threads and instruction set.</param>
    /// <exception cref="ArgumentException">The shapes differ.</exception>
    public static void Run(Tensor gate, Tensor up, Tensor y, KernelContext context) =>
        BinaryJob<Operator>.Run(gate, up, y, context);

    private readonly struct Operator : IBinaryOperator
    {
        public static T Invoke<T>(T a, T b)
            where T : unmanaged, ILanes<T> => a * LaneMath.Sigmoid(a) * b;
    }
}
