using Jevons.Numerics;

namespace Jevons.Kernels.Tests.MatMul;

public sealed unsafe class BrainProductTests
{
    public static TheoryData<int, int, int> Shapes => new()
    {
        { 4, 32, 1 }, { 5, 34, 1 }, { 16, 64, 6 }, { 21, 96, 7 }, { 33, 1054, 5 }, { 70, 1088, 24 }, { 70, 96, 25 }, { 70, 1058, 61 }, { 66, 4130, 31 }, { 64, 2048, 520 },
    };

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Multiply_EveryInstructionSet_HasTheBitsOfTheScalarPath(int rows, int cols, int tokens)
    {
        using WorkerPool pool = new(2);
        using KernelContext context = new(pool, CpuFeatures.Detect());
        using ProductCase data = new(TensorType.BF16, rows, cols, tokens, 7);
        AssertSameBits(data, context);
    }

    [Fact]
    public void Multiply_Scalar_IsTheSumOfRoundedActivationsToTheirPrecision()
    {
        using WorkerPool pool = new(1);
        using KernelContext context = new(pool, CpuFeatures.Detect());
        using ProductCase data = new(TensorType.BF16, 9, 200, 3, 8);
        Run(data, CpuFeatures.Scalar, context);
        float[] row = new float[data.Cols];
        WeightMatrix weights = data.Matrix(Isa.Scalar);
        for (int r = 0; r < data.Rows; r++)
        {
            weights.DequantizeRow(r, row);
            for (int t = 0; t < data.Tokens; t++)
            {
                double sum = 0;
                double magnitude = 0;
                for (int k = 0; k < data.Cols; k++)
                {
                    double product = (double)row[k] * (float)(BFloat16)data.X.Row(t)[k];
                    sum += product;
                    magnitude += Math.Abs(product);
                }

                Assert.InRange(data.Y.Row(t)[r], sum - (magnitude * 1e-5), sum + (magnitude * 1e-5));
            }
        }
    }

    [Fact]
    public void Multiply_NumbersBelowTheSmallestNormal_CountAsZeroOnEveryInstructionSet()
    {
        using WorkerPool pool = new(1);
        using KernelContext context = new(pool, CpuFeatures.Detect());
        using ProductCase data = new(TensorType.BF16, 8, 64, 2, 9);
        Span<ushort> weights = System.Runtime.InteropServices.MemoryMarshal.Cast<byte, ushort>(data.Weights.Bytes);
        for (int i = 0; i < weights.Length; i++)
        {
            weights[i] = (ushort)(i % 3 == 0 ? 0x0041 : i % 3 == 1 ? 0x2000 : 0xA010); // subnormal, 2^-63, -2^-63 and a bit
        }

        for (int t = 0; t < data.Tokens; t++)
        {
            Span<float> x = data.X.Row(t);
            for (int i = 0; i < x.Length; i++)
            {
                x[i] = (i % 4) switch { 0 => 1f, 1 => 1e-19f, 2 => -1.2e-19f, _ => 3e-40f };
            }
        }

        AssertSameBits(data, context);
    }

    [Fact]
    public void Run_WithoutBFloat16Activations_SaysSo()
    {
        using WorkerPool pool = new(1);
        using KernelContext context = new(pool, CpuFeatures.Detect());
        using ProductCase data = new(TensorType.BF16, 8, 64, 2, 9);
        WeightMatrix matrix = WeightMatrix.Create(TensorType.BF16, 8, 64, data.Weights.Region, context.Features, ActivationType.BFloat16);
        ArgumentException error = Assert.Throws<ArgumentException>(() => Kernels.MatMul.Run(matrix, ActivationRows.Float(data.X), data.Y, context));
        Assert.Contains("bfloat16", error.Message, StringComparison.Ordinal);
    }

    private static void AssertSameBits(ProductCase data, KernelContext context)
    {
        uint[] expected = Run(data, CpuFeatures.Scalar, context);
        foreach (CpuFeatures features in CpuFeatures.Supported().Select(CpuFeatures.For).Append(CpuFeatures.Detect()))
        {
            Assert.Equal(expected, Run(data, features, context));
        }
    }

    private static uint[] Run(ProductCase data, CpuFeatures features, KernelContext context)
    {
        WeightMatrix matrix = WeightMatrix.Create(TensorType.BF16, data.Rows, data.Cols, data.Weights.Region, features, ActivationType.BFloat16);
        using AlignedMemory brain = new(2L * data.Tokens * data.Cols);
        Kernels.MatMul.RoundToBFloat16(data.X, (ushort*)brain.Pointer, context);
        data.Y.Clear();
        Kernels.MatMul.Run(matrix, new ActivationRows(data.X, null, (ushort*)brain.Pointer), data.Y, context);
        uint[] bits = new uint[data.Rows * data.Tokens];
        for (int t = 0; t < data.Tokens; t++)
        {
            for (int r = 0; r < data.Rows; r++)
            {
                bits[(t * data.Rows) + r] = BitConverter.SingleToUInt32Bits(data.Y.Row(t)[r]);
            }
        }

        return bits;
    }
}
