using Jevons.Kernels.Quantization;
using Jevons.Numerics;

namespace Jevons.Kernels.Tests.MatMul;

/// <summary>What the door refuses, what rows read back as, and what special values do.</summary>
public sealed unsafe class WeightMatrixTests
{
    public static TheoryData<TensorType> Types => [.. RandomWeights.Types];

    public static TheoryData<TensorType> BlockTypes => [.. RandomWeights.BlockTypes];

    [Theory]
    [MemberData(nameof(Types))]
    public void DequantizeRow_EveryTypeAndIsa_IsTheFormatsDefinition(TensorType type)
    {
        using ProductCase data = new(type, 7, 768, 1, 15);
        float[] expected = new float[768];
        float[] actual = new float[768];
        int rowBytes = (int)TensorTypes.ByteCount(type, 768);
        foreach (Isa isa in CpuFeatures.Supported())
        {
            WeightMatrix matrix = data.Matrix(isa);
            for (int r = 0; r < 7; r++)
            {
                Dequantize.RowScalar(type, data.Weights.Bytes.Slice(r * rowBytes, rowBytes), expected);
                matrix.DequantizeRow(r, actual);
                Assert.Equal(expected.Select(BitConverter.SingleToUInt32Bits), actual.Select(BitConverter.SingleToUInt32Bits));
            }
        }
    }

    [Theory]
    [MemberData(nameof(BlockTypes))]
    public void Multiply_ActivationsThatAreNotFinite_GiveNaNOnEveryIsa(TensorType type)
    {
        using WorkerPool pool = new(1);
        foreach (Isa isa in CpuFeatures.Supported())
        {
            using KernelContext context = new(pool, CpuFeatures.For(isa));
            using ProductCase data = new(type, 17, 256, 5, 16);
            data.X.Row(1)[77] = float.NaN;
            data.X.Row(3)[200] = float.NegativeInfinity;
            data.X.Row(4).Clear();
            data.Run(data.Matrix(isa), context);
            for (int t = 0; t < 5; t++)
            {
                foreach (float value in data.Y.Row(t))
                {
                    Assert.Equal(t is 1 or 3, float.IsNaN(value));
                    Assert.True(t != 4 || value == 0);
                }
            }
        }
    }

    [Fact]
    public void Multiply_FloatSpecialValues_KeepTheirMeaningOnEveryIsa()
    {
        using WorkerPool pool = new(1);
        foreach (Isa isa in CpuFeatures.Supported())
        {
            using KernelContext context = new(pool, CpuFeatures.For(isa));
            using ProductCase data = new(TensorType.F16, 4, 33, 6, 17);
            Span<Half> w = new(data.Weights.Pointer, 4 * 33);
            w.Fill((Half)1);
            w[5] = Half.PositiveInfinity;
            w[33 + 32] = Half.NaN;
            w[66 + 3] = Half.Epsilon;
            w[66 + 32] = -Half.Epsilon;
            data.X.Row(2).Clear();
            data.Run(data.Matrix(isa), context);
            Assert.True(float.IsInfinity(data.Y.Row(0)[0]));
            Assert.True(float.IsNaN(data.Y.Row(2)[0]));
            Assert.True(float.IsNaN(data.Y.Row(5)[1]));
            Assert.True(float.IsFinite(data.Y.Row(5)[2]));
            Assert.Equal(0, data.Y.Row(2)[3]);
        }
    }

    [Fact]
    public void Create_RowsThatAreNoWholeBlocks_AreRefused()
    {
        using AlignedMemory memory = new(4096);
        ArgumentException error = Assert.Throws<ArgumentException>(
            () => WeightMatrix.Create(TensorType.Q4_K, 2, 128, memory.Region, CpuFeatures.Scalar, ActivationType.Int8));
        Assert.Contains("128", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Create_TooFewBytes_NamesNeedAndFound()
    {
        using AlignedMemory memory = new(100);
        ArgumentException error = Assert.Throws<ArgumentException>(
            () => WeightMatrix.Create(TensorType.Q8_0, 2, 64, memory.Region, CpuFeatures.Scalar, ActivationType.Float32));
        Assert.Contains("136", error.Message, StringComparison.Ordinal);
        Assert.Contains("100", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Create_TypeThatHoldsNoWeights_IsRefused()
    {
        using AlignedMemory memory = new(100);
        Assert.Throws<ArgumentException>(() => WeightMatrix.Create(TensorType.I32, 1, 4, memory.Region, CpuFeatures.Scalar, ActivationType.Float32));
        Assert.Throws<ArgumentException>(() => WeightMatrix.Create(TensorType.F8_E4M3, 1, 4, memory.Region, CpuFeatures.Scalar, ActivationType.Float32));
    }

    [Fact]
    public void Run_ShapesThatDoNotFit_NameAllThree()
    {
        using WorkerPool pool = new(1);
        using KernelContext context = new(pool, CpuFeatures.Scalar);
        using ProductCase a = new(TensorType.F32, 3, 8, 2, 1);
        using ProductCase b = new(TensorType.F32, 3, 9, 2, 1);
        ArgumentException error = Assert.Throws<ArgumentException>(
            () => Jevons.Kernels.MatMul.Run(a.Matrix(Isa.Scalar), new ActivationRows(b.X, null), a.Y, context));
        Assert.Contains("[2, 9]", error.Message, StringComparison.Ordinal);
        Assert.Contains("[3, 8]", error.Message, StringComparison.Ordinal);
        Assert.Contains("[2, 3]", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Run_QuantisedWeightsWithoutInt8Activations_AreRefused()
    {
        using WorkerPool pool = new(1);
        using KernelContext context = new(pool, CpuFeatures.Scalar);
        using ProductCase data = new(TensorType.Q4_0, 3, 32, 2, 1);
        WeightMatrix matrix = data.Matrix(Isa.Scalar);
        Assert.True(matrix.UsesQuantizedActivations);
        Assert.False(data.Matrix(Isa.Scalar, exact: true).UsesQuantizedActivations);
        Assert.Throws<ArgumentException>(() => Jevons.Kernels.MatMul.Run(matrix, new ActivationRows(data.X, null), data.Y, context));
        Assert.Throws<ArgumentException>(() => matrix.Multiply(new ActivationRows(data.X, null), data.Y, 0, 3, context.Scratch, 0));
    }

    [Fact]
    public void Slice_RowsOutside_AreRefused()
    {
        using ProductCase data = new(TensorType.Q4_0, 3, 32, 2, 1);
        Assert.Throws<ArgumentOutOfRangeException>(() => data.Matrix(Isa.Scalar).Slice(2, 2));
        Assert.Throws<ArgumentOutOfRangeException>(() => data.Matrix(Isa.Scalar, exact: true).Slice(-1, 2));
    }
}
