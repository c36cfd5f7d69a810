using Jevons.Numerics;

namespace Jevons.Kernels.Tests.MatMul;

/// <summary>int8 activations: the vector form has the bits of the scalar one, and both keep what the type promises.</summary>
public sealed unsafe class QuantizedRowTests
{
    [Fact]
    public void Quantize_Vectors_HaveTheBitsOfTheScalarForm()
    {
        SeededRandom random = new(3);
        foreach (int cols in (int[])[32, 64, 96, 512, 2080])
        {
            using GuardedMemory x = new(4L * cols, atEnd: true);
            using AlignedMemory scalar = new(QuantizedRow.Bytes(cols));
            using AlignedMemory vector = new(QuantizedRow.Bytes(cols));
            for (int i = 0; i < cols; i++)
            {
                // Whole halves hit ties; some groups are tiny, zero, infinite or not a number.
                ((float*)x.Pointer)[i] = (i / 32 % 8) switch
                {
                    0 => (random.NextInt32(255) - 127) / 2f,
                    1 => i % 32 == 5 ? float.PositiveInfinity : 1,
                    2 => i % 32 == 31 ? float.NaN : 1,
                    3 => 0,
                    4 => (float)random.NextGaussian() * 1e-38f,
                    5 => (float)random.NextGaussian() * 1e37f,
                    _ => (float)random.NextGaussian(),
                };
            }

            QuantizedRow.QuantizeScalar((float*)x.Pointer, cols, scalar.Pointer);
            QuantizedRow.Quantize((float*)x.Pointer, cols, vector.Pointer);
            Assert.Equal(scalar.Region.AsSpan().ToArray(), vector.Region.AsSpan().ToArray());
        }
    }

    [Fact]
    public void Quantize_FiniteGroups_StayWithinHalfAStep()
    {
        const int cols = 4096;
        SeededRandom random = new(4);
        using AlignedMemory x = new(4L * cols);
        using AlignedMemory row = new(QuantizedRow.Bytes(cols));
        Span<float> values = x.AsSpan<float>(0, cols);
        foreach (ref float value in values)
        {
            value = (float)(random.NextGaussian() * Math.Pow(2, random.NextInt32(60) - 30));
        }

        QuantizedRow.Quantize((float*)x.Pointer, cols, row.Pointer);
        for (int g = 0; g < cols / 32; g++)
        {
            byte* group = row.Pointer + (g * QuantizedRow.GroupBytes);
            float scale = *(float*)(group + QuantizedRow.Scale);
            int* halves = (int*)(group + QuantizedRow.NegatedSums16);
            float* scaled = (float*)(group + QuantizedRow.ScaledSums16);
            int[] sums = [0, 0];
            for (int i = 0; i < 32; i++)
            {
                int q = (sbyte)group[i];
                Assert.InRange(q, -127, 127);
                Assert.InRange(Math.Abs(values[(32 * g) + i] - ((double)scale * q)), 0, scale * 0.5001);
                sums[i / 16] += q;
            }

            Assert.Equal([-sums[0], -sums[1]], new ReadOnlySpan<int>(halves, 2).ToArray());
            Assert.Equal([scale * sums[0], scale * sums[1]], new ReadOnlySpan<float>(scaled, 2).ToArray());
            Assert.Equal(-(sums[0] + sums[1]), *(int*)(group + QuantizedRow.NegatedSum32));
            Assert.Equal(scale * (sums[0] + sums[1]), *(float*)(group + QuantizedRow.ScaledSum32));
        }
    }

    [Fact]
    public void Quantize_RowsThatAreNoWholeGroups_AreRefusedWithTheirLength()
    {
        using WorkerPool pool = new(1);
        using KernelContext context = new(pool, CpuFeatures.Scalar);
        using AlignedMemory memory = new(4096);
        ArgumentException error = Assert.Throws<ArgumentException>(
            () => Jevons.Kernels.MatMul.Quantize(new Tensor((float*)memory.Pointer, 1, 33, 33), memory.Pointer, context));
        Assert.Contains("33", error.Message, StringComparison.Ordinal);
    }
}
