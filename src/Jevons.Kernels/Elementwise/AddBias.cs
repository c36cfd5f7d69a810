namespace Jevons.Kernels;

/// <summary>Adds one vector to every row: the bias of a linear layer.</summary>
/// <remarks>f32; thread-safe; allocates nothing.</remarks>
public static unsafe partial class AddBias
{
    /// <summary>y[t, n] = x[t, n] + bias[n].</summary>
    /// <param name="x">[T, N].</param>
    /// <param name="bias">N elements.</param>
    /// <param name="y">[T, N]; may be <paramref name="x"/>, must not overlap it otherwise.</param>
    /// <param name="context">Threads and instruction set.</param>
    /// <exception cref="ArgumentException">The shapes differ.</exception>
    public static void Run(Tensor x, ReadOnlySpan<float> bias, Tensor y, KernelContext context)
    {
        ShapeChecks.Length(bias.Length, x.Cols, "the columns of x", nameof(bias));
        fixed (float* b = bias)
        {
            BinaryJob<Add.Operator>.Run(x, b, strideB: 0, y, context);
        }
    }
}
