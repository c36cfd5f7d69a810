using Jevons.Numerics;

namespace Jevons.Kernels.Tests.MatMul;

/// <summary>e4m3fn weights with one factor per tile, ragged edges and slices that begin inside a tile.</summary>
public sealed unsafe class Float8MatrixTests
{
    [Theory]
    [InlineData(5, 3, 1, 128, 128)]
    [InlineData(130, 300, 2, 128, 128)]
    [InlineData(40, 257, 7, 16, 48)]
    [InlineData(33, 31, 9, 5, 7)]
    public void Multiply_EveryIsa_HasTheBitsOfTheWidenedMatrix(int rows, int cols, int tokens, int blockRows, int blockCols)
    {
        int scaleRows = (rows + blockRows - 1) / blockRows;
        int scaleCols = (cols + blockCols - 1) / blockCols;
        SeededRandom random = new(13);
        using GuardedMemory bytes = new((long)rows * cols, atEnd: true);
        using GuardedMemory scales = new(4L * scaleRows * scaleCols, atEnd: true);
        RandomWeights.Fill(TensorType.F8_E4M3, bytes.Bytes, random);
        RandomWeights.Fill(TensorType.F32, scales.Bytes, random);
        using ProductCase widened = new(TensorType.F32, rows, cols, tokens, 14);
        for (long i = 0; i < (long)rows * cols; i++)
        {
            float factor = ((float*)scales.Pointer)[(i / cols / blockRows * scaleCols) + (i % cols / blockCols)];
            ((float*)widened.Weights.Pointer)[i] = (float)new Float8E4M3(bytes.Pointer[i]) * factor;
        }

        using WorkerPool pool = new(2);
        foreach (Isa isa in CpuFeatures.Supported())
        {
            using KernelContext context = new(pool, CpuFeatures.For(isa));
            uint[] expected = widened.Run(widened.Matrix(Isa.Scalar), context);
            WeightMatrix matrix = WeightMatrix.CreateFloat8(
                rows, cols, bytes.Region, scales.Region, scaleRows, scaleCols, context.Features, blockRows, blockCols);
            Assert.Equal(expected, widened.Run(matrix, context));
            float[] row = new float[cols];
            float[] sliced = new float[cols];
            int first = rows / 3;
            WeightMatrix slice = matrix.Slice(first, rows - first).Slice(rows - first - 1, 1);
            matrix.DequantizeRow(rows - 1, row);
            slice.DequantizeRow(0, sliced);
            Assert.Equal(row, sliced);
            Assert.Equal(new ReadOnlySpan<float>((float*)widened.Weights.Pointer + ((long)(rows - 1) * cols), cols).ToArray(), row);
        }
    }

    [Fact]
    public void CreateFloat8_FactorsOfAnotherShape_AreRefusedWithBothShapes()
    {
        using AlignedMemory bytes = new(200 * 300);
        using AlignedMemory scales = new(1024);
        ArgumentException error = Assert.Throws<ArgumentException>(
            () => WeightMatrix.CreateFloat8(200, 300, bytes.Region, scales.Region, 2, 2, CpuFeatures.Scalar));
        Assert.Contains("[2, 3]", error.Message, StringComparison.Ordinal);
        Assert.Contains("[2, 2]", error.Message, StringComparison.Ordinal);
    }
}
