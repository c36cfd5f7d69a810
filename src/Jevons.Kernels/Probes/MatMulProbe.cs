using Jevons.Numerics;

namespace Jevons.Kernels;

/// <summary>Measures what the matrix product itself reaches: weights of a type that stay in the caches, spent on many tokens.</summary>
public static unsafe class MatMulProbe
{
    private const int Rows = 1024;
    private const int Cols = 1024;
    private const int Tokens = 128;

    // Any bytes will do as weights as long as no scale is infinite; 0x11 makes every half 8.7e-4 * 2^-... : a small normal number.
    private const byte Filling = 0x11;

    /// <summary>Measures a product of [128, 1024] with [1024, 1024] weights.</summary>
    /// <param name="context">Threads and instruction set.</param>
    /// <param name="timer">How long.</param>
    /// <param name="type">Stored type of the weights.</param>
    /// <returns>Operations per second, a multiplication and its addition counted as two; unpacking is not counted.</returns>
    public static double Rate(KernelContext context, ProbeTimer timer, TensorType type)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(timer);
        using AlignedMemory weightBytes = new(TensorTypes.ByteCount(type, (long)Rows * Cols));
        weightBytes.AsSpan<byte>(0, (int)weightBytes.Length).Fill(Filling);
        using TensorBuffer x = new();
        using TensorBuffer y = new();
        Tensor input = x.Resize(Tokens, Cols);
        Tensor output = y.Resize(Tokens, Rows);
        for (int t = 0; t < Tokens; t++)
        {
            input.Row(t).Fill(1f / (t + 1));
        }

        WeightMatrix weights = WeightMatrix.Create(type, Rows, Cols, weightBytes.Region, context.Features, ActivationType.Int8);
        using AlignedMemory quantized = new(Tokens * QuantizedRow.Bytes(Cols));
        MatMul.Quantize(input, quantized.Pointer, context);
        ActivationRows rows = new(input, weights.UsesQuantizedActivations ? quantized.Pointer : null);
        return timer.BestRate(2.0 * Tokens * Rows * Cols, () => MatMul.Run(weights, rows, output, context));
    }
}
