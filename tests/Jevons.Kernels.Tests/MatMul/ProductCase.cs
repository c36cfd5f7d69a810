using Jevons.Numerics;

namespace Jevons.Kernels.Tests.MatMul;

/// <summary>Operands of one product: guarded weights, activations in both forms, a result.</summary>
internal sealed unsafe class ProductCase : IDisposable
{
    private readonly GuardedMemory _x;
    private readonly GuardedMemory _y;
    private readonly AlignedMemory _quantized;

    public ProductCase(TensorType type, int rows, int cols, int tokens, ulong seed, bool atEnd = true)
    {
        SeededRandom random = new(seed);
        (Type, Rows, Cols, Tokens) = (type, rows, cols, tokens);
        Weights = new GuardedMemory(TensorTypes.ByteCount(type, (long)rows * cols), atEnd);
        RandomWeights.Fill(type, Weights.Bytes, random);
        _x = new GuardedMemory(4L * tokens * cols, atEnd);
        _y = new GuardedMemory(4L * tokens * rows, atEnd);
        _quantized = new AlignedMemory(tokens * QuantizedRow.Bytes(cols));
        X = new Tensor((float*)_x.Pointer, tokens, cols, cols);
        Y = new Tensor((float*)_y.Pointer, tokens, rows, rows);
        for (int t = 0; t < tokens; t++)
        {
            foreach (ref float value in X.Row(t))
            {
                value = (float)random.NextGaussian();
            }
        }
    }

    public TensorType Type { get; }

    public int Rows { get; }

    public int Cols { get; }

    public int Tokens { get; }

    public GuardedMemory Weights { get; }

    public Tensor X { get; }

    public Tensor Y { get; }

    public byte* Quantized => _quantized.Pointer;

    public WeightMatrix Matrix(Isa isa, bool exact = false) => Matrix(CpuFeatures.For(isa), exact);

    public WeightMatrix Matrix(CpuFeatures features, bool exact = false) =>
        WeightMatrix.Create(Type, Rows, Cols, Weights.Region, features, exact ? ActivationType.Float32 : ActivationType.Int8);

    public ActivationRows Activations(WeightMatrix matrix, KernelContext context)
    {
        if (!matrix.UsesQuantizedActivations)
        {
            return new ActivationRows(X, null);
        }

        Jevons.Kernels.MatMul.Quantize(X, Quantized, context);
        return new ActivationRows(X, Quantized);
    }

    /// <summary>The product as bits, one array for all tokens.</summary>
    public uint[] Run(WeightMatrix matrix, KernelContext context)
    {
        Poison();
        Jevons.Kernels.MatMul.Run(matrix, Activations(matrix, context), Y, context);
        return Bits();
    }

    public uint[] Bits()
    {
        uint[] bits = new uint[Tokens * Rows];
        for (int t = 0; t < Tokens; t++)
        {
            for (int r = 0; r < Rows; r++)
            {
                float value = Y.Pointer[((long)t * Y.Stride) + r];
                bits[(t * Rows) + r] = float.IsNaN(value) ? 0x7FC00000 : BitConverter.SingleToUInt32Bits(value);
            }
        }

        return bits;
    }

    public void Poison()
    {
        for (int t = 0; t < Tokens; t++)
        {
            Y.Row(t).Fill(float.NaN);
        }
    }

    public void Dispose()
    {
        Weights.Dispose();
        _x.Dispose();
        _y.Dispose();
        _quantized.Dispose();
    }
}
