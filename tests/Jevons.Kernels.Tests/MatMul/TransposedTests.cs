using Jevons.Numerics;

namespace Jevons.Kernels.Tests.MatMul;

/// <summary>y = x W: rows ascending with one fused multiply-add each, the same bits on every instruction set.</summary>
public sealed unsafe class TransposedTests
{
    public static TheoryData<TensorType> Types => [.. RandomWeights.Types];

    [Theory]
    [MemberData(nameof(Types))]
    public void MultiplyTransposed_EveryTypeAndIsa_IsTheChainOfFusedSteps(TensorType type)
    {
        using WorkerPool pool = new(3);
        foreach (Isa isa in CpuFeatures.Supported())
        {
            using KernelContext context = new(pool, CpuFeatures.For(isa));
            foreach (int cols in Shapes.Cols(type))
            {
                foreach ((int rows, int tokens) in ((int, int)[])[(1, 1), (9, 3), (20, 5)])
                {
                    using ProductCase data = new(type, rows, cols, 1, 11);
                    using ProductCase activations = new(TensorType.F32, 1, rows, tokens, 12);
                    using GuardedMemory result = new(4L * tokens * cols, atEnd: true);
                    Tensor y = new((float*)result.Pointer, tokens, cols, cols);
                    WeightMatrix matrix = data.Matrix(isa);
                    Jevons.Kernels.MatMul.RunTransposed(matrix, activations.X, y, context);
                    float[] row = new float[cols];
                    float[] expected = new float[tokens * cols];
                    for (int r = 0; r < rows; r++)
                    {
                        matrix.DequantizeRow(r, row);
                        for (int i = 0; i < expected.Length; i++)
                        {
                            expected[i] = MathF.FusedMultiplyAdd(activations.X.Row(i / cols)[r], row[i % cols], expected[i]);
                        }
                    }

                    Assert.Equal(
                        expected.Select(BitConverter.SingleToUInt32Bits),
                        new ReadOnlySpan<float>(y.Pointer, expected.Length).ToArray().Select(BitConverter.SingleToUInt32Bits));
                }
            }
        }
    }

    [Fact]
    public void MultiplyTransposed_ColumnsThatCutABlock_AreRefusedWithTheShape()
    {
        using WorkerPool pool = new(1);
        using KernelContext context = new(pool, CpuFeatures.Scalar);
        using ProductCase data = new(TensorType.Q4_0, 4, 64, 1, 1);
        using ProductCase x = new(TensorType.F32, 1, 4, 1, 1);
        using ProductCase y = new(TensorType.F32, 1, 64, 1, 1);
        ArgumentException error = Assert.Throws<ArgumentException>(
            () => data.Matrix(Isa.Scalar).MultiplyTransposed(x.X, y.X, 16, 32, context.Scratch, 0));
        Assert.Contains("[4, 64]", error.Message, StringComparison.Ordinal);
    }
}
