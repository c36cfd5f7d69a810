using Jevons.Kernels.Quantization;
using Jevons.Numerics;

namespace Jevons.Kernels.Tests.Quantization;

public sealed class QuantizeTests
{
    public static TheoryData<TensorType> Types() => [.. TensorTypes.All.Where(Quantize.IsSupported)];

    public static TheoryData<TensorType> BlockTypes() => [.. TensorTypes.All.Where(t => Quantize.IsSupported(t) && TensorTypes.IsQuantized(t))];

    public static TheoryData<TensorType> HalfScaled() =>
        [.. TensorTypes.All.Where(t => Quantize.IsSupported(t) && TensorTypes.IsQuantized(t) && t != TensorType.MXFP4)];

    /// <summary>
    /// Root mean square error of a standard normal source. A uniform grid of step s has s / sqrt(12); the ceilings are those of the
    /// type's grid over the range that 32 or 16 normal values span (about 2 sigma to either side), with a tenth of slack.
    /// </summary>
    /// <returns>Types and ceilings.</returns>
    public static TheoryData<TensorType, double> Ceilings() => new()
    {
        { TensorType.F32, 0 }, { TensorType.F16, 2.5e-4 }, { TensorType.BF16, 2e-3 }, { TensorType.Q8_0, 0.0065 },
        { TensorType.Q4_0, 0.105 }, { TensorType.Q4_1, 0.088 }, { TensorType.Q5_0, 0.052 }, { TensorType.Q5_1, 0.043 },
        { TensorType.Q2_K, 0.33 }, { TensorType.Q3_K, 0.18 }, { TensorType.Q4_K, 0.08 }, { TensorType.Q5_K, 0.041 }, { TensorType.Q6_K, 0.022 },
        { TensorType.IQ4_NL, 0.088 }, { TensorType.IQ4_XS, 0.09 }, { TensorType.MXFP4, 0.14 },
    };

    [Theory]
    [MemberData(nameof(Ceilings))]
    public void Rows_GaussianSource_ComesBackWithinTheTypesError(TensorType type, double ceiling)
    {
        float[] source = Gaussian(256 * 40, scale: 1);
        float[] back = RoundTrip(type, source);
        double rms = Math.Sqrt(source.Zip(back, (a, b) => Math.Pow((double)a - b, 2)).Average());
        Assert.True(rms <= ceiling, $"{type}: rms error {rms}, ceiling {ceiling}");

        // A finer grid than the type can have would mean that the test measures something else.
        Assert.True(rms >= ceiling / 2, $"{type}: rms error {rms} is below half of the ceiling {ceiling}");
    }

    [Theory]
    [MemberData(nameof(BlockTypes))]
    public void Rows_ScaledByAPowerOfTwo_ScalesTheResult(TensorType type)
    {
        float[] source = Gaussian(512, scale: 1);
        float[] scaled = [.. source.Select(v => v * 64)];
        Assert.Equal(RoundTrip(type, source).Select(v => v * 64), RoundTrip(type, scaled), (a, b) => a.Equals(b) || (a == 0 && b == 0));
    }

    [Theory]
    [MemberData(nameof(Types))]
    public void Rows_ZeroBlocks_ComeBackAsZero(TensorType type) =>
        Assert.All(RoundTrip(type, new float[512]), v => Assert.Equal(0f, Math.Abs(v)));

    [Theory]
    [MemberData(nameof(BlockTypes))]
    public void Rows_ZeroBlocksBesideOthers_ComeBackAsZero(TensorType type)
    {
        float[] source = Gaussian(1024, scale: 1);
        source.AsSpan(256, 256).Clear();
        Assert.All(RoundTrip(type, source)[256..512], v => Assert.Equal(0f, Math.Abs(v)));
    }

    [Theory]
    [MemberData(nameof(BlockTypes))]
    public void Rows_ConstantBlocks_ComeBackWithinHalfAStep(TensorType type)
    {
        // 3 is on the grid of e2m1; for the others the scale itself is what is rounded (to half, then to 6 or 8 bits).
        foreach (float value in (float[])[3f, -3f])
        {
            Assert.All(RoundTrip(type, [.. Enumerable.Repeat(value, 256)]), v => Assert.InRange(v, value - 0.13f, value + 0.13f));
        }
    }

    [Theory]
    [MemberData(nameof(BlockTypes))]
    public void Rows_SubnormalElements_StayFiniteAndSmall(TensorType type)
    {
        float[] source = [.. Gaussian(512, scale: 1).Select(v => v * 1e-40f)];
        source[300] = float.Epsilon;
        Assert.All(RoundTrip(type, source), v => Assert.InRange(v, -1e-38f, 1e-38f));
    }

    [Theory]
    [MemberData(nameof(BlockTypes))]
    public void Rows_LargestElementsThatFit_StayFinite(TensorType type)
    {
        // The minimum of Q4_1 and Q5_1 is itself a half. A step of Q2_K is a third of the range, an error half of that.
        float[] source = Gaussian(512, scale: 1.5e4f);
        float[] back = RoundTrip(type, source);
        Assert.InRange(source.Max(MathF.Abs), 4e4f, 65504f);
        Assert.All(source.Zip(back), p => Assert.InRange(p.Second, p.First - 2e4f, p.First + 2e4f));
    }

    [Fact]
    public void Rows_MXFP4_ReachesAsFarAsBinary32() =>
        Assert.All(RoundTrip(TensorType.MXFP4, [.. Enumerable.Repeat(3.4e38f, 16), .. Enumerable.Repeat(-3e38f, 16)]), v =>
            Assert.InRange(MathF.Abs(v), 2.5e38f, float.MaxValue));

    [Theory]
    [MemberData(nameof(HalfScaled))]
    public void Rows_ElementsTooLargeForTheScale_AreRefusedWithTheRow(TensorType type)
    {
        float[] source = Gaussian(1024, scale: 1);
        byte[] bytes = new byte[TensorTypes.ByteCount(type, source.Length)];
        foreach (float value in (float[])[3e38f, 1e12f, 2.6e8f + 1e7f])
        {
            source[600] = value;
            ArgumentException e = Assert.Throws<ArgumentException>(() => Quantize.Rows(type, source, 256, bytes));
            Assert.Contains("row 2", e.Message, StringComparison.Ordinal);
        }
    }

    [Theory]
    [MemberData(nameof(BlockTypes))]
    public void Rows_ElementsThatAreNotFinite_AreRefusedWithRowAndElement(TensorType type)
    {
        foreach (float value in (float[])[float.NaN, float.PositiveInfinity, float.NegativeInfinity])
        {
            float[] source = Gaussian(1024, scale: 1);
            source[(3 * 256) + 17] = value;
            byte[] bytes = new byte[TensorTypes.ByteCount(type, source.Length)];
            ArgumentException e = Assert.Throws<ArgumentException>(() => Quantize.Rows(type, source, 256, bytes));
            Assert.Contains("row 3, element 17", e.Message, StringComparison.Ordinal);

            using WorkerPool pool = new(2);
            e = Assert.Throws<ArgumentException>(() => Quantize.Rows(type, source, 256, bytes, pool));
            Assert.Contains("row 3, element 17", e.Message, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData(TensorType.F32)]
    [InlineData(TensorType.F16)]
    [InlineData(TensorType.BF16)]
    public void Rows_FloatTypes_CarryNaNAndInfinity(TensorType type) =>
        Assert.Equal([float.NaN, float.PositiveInfinity, float.NegativeInfinity, -0f], RoundTrip(type, [float.NaN, float.PositiveInfinity, float.NegativeInfinity, -0f]));

    [Theory]
    [MemberData(nameof(Types))]
    public void Rows_OnManyWorkers_GivesTheBytesOfOneRowAtATime(TensorType type)
    {
        // Two matrices of 3 rows behind each other, as in a stack of experts.
        float[] source = Gaussian(2 * 3 * 512, scale: 0.3f);
        int bytes = (int)TensorTypes.ByteCount(type, 512);
        byte[] serial = new byte[6 * bytes];
        byte[] parallel = new byte[serial.Length];
        byte[] single = new byte[serial.Length];
        using WorkerPool pool = new(3);
        Quantize.Rows(type, source, 512, serial);
        Quantize.Rows(type, source, 512, parallel, pool);
        for (int row = 0; row < 6; row++)
        {
            Quantize.Row(type, source.AsSpan(row * 512, 512), single.AsSpan(row * bytes, bytes));
        }

        Assert.Equal(serial, parallel);
        Assert.Equal(serial, single);
    }

    [Theory]
    [MemberData(nameof(Types))]
    public void Row_OnceWarm_AllocatesNothing(TensorType type)
    {
        float[] source = Gaussian(512, scale: 1);
        byte[] bytes = new byte[TensorTypes.ByteCount(type, 512)];
        float[] back = new float[512];
        Quantize.Row(type, source, bytes);
        Dequantize.Row(type, bytes, back);
        long before = GC.GetAllocatedBytesForCurrentThread();
        Quantize.Row(type, source, bytes);
        Dequantize.Row(type, bytes, back);
        Dequantize.RowScalar(type, bytes, back);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Fact]
    public void Rows_WrongLengthsAndTypes_AreRefused()
    {
        Assert.Throws<ArgumentException>(() => Quantize.Rows(TensorType.IQ1_S, new float[256], 256, new byte[50]));
        Assert.Throws<ArgumentException>(() => Quantize.Rows(TensorType.I32, new float[256], 256, new byte[1024]));
        Assert.Throws<ArgumentException>(() => Quantize.Rows(TensorType.Q4_K, new float[512], 128, new byte[288]));
        Assert.Throws<ArgumentException>(() => Quantize.Rows(TensorType.Q4_0, new float[96], 64, new byte[54]));
        Assert.Throws<ArgumentException>(() => Quantize.Rows(TensorType.Q4_0, new float[96], 0, new byte[54]));
        Assert.Throws<ArgumentException>(() => Quantize.Rows(TensorType.Q4_0, new float[96], -32, new byte[54]));
        Assert.Throws<ArgumentException>(() => Quantize.Row(TensorType.Q4_0, new float[96], new byte[53]));
        Quantize.Rows(TensorType.Q4_0, [], 0, []);
        Quantize.Rows(TensorType.Q4_0, [], 32, []);
    }

    private static float[] Gaussian(int count, float scale)
    {
        SeededRandom random = new(23);
        return [.. Enumerable.Range(0, count).Select(_ => (float)(random.NextGaussian() * scale))];
    }

    private static float[] RoundTrip(TensorType type, float[] source)
    {
        byte[] bytes = new byte[TensorTypes.ByteCount(type, source.Length)];
        Quantize.Row(type, source, bytes);
        float[] back = new float[source.Length];
        Dequantize.Row(type, bytes, back);
        return back;
    }
}
