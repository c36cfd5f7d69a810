using Jevons.Numerics;

namespace Jevons.Kernels.Tests.Elementwise;

public sealed class SoftmaxTests
{
    [Theory]
    [InlineData(1, 1.0)]
    [InlineData(63, 3.0)]
    [InlineData(1000, 10.0)]
    [InlineData(128256, 4.0)]
    [InlineData(151936, 0.001)]
    [InlineData(151936, 30.0)]
    public void LogProbabilities_AreWithin1e6OfDouble(int count, double scale)
    {
        using FloatRows x = FloatRows.Random(1, count, (ulong)count, scale);
        using FloatRows y = new(1, count);
        using OwnedContext context = KernelContexts.Widest();
        LogSoftmax.Run(x.Tensor, y.Tensor, context);
        double largest = x.All.ToArray().Max();
        double exact = largest + Math.Log(x.All.ToArray().Sum(v => Math.Exp(v - largest)));
        Assert.Equal(exact, LogSoftmax.LogSumExp(x.All, context), 6e-7);
        for (int i = 0; i < count; i++)
        {
            double want = x.All[i] - exact;
            Assert.True(Math.Abs(y.All[i] - want) <= 1e-6 + (Math.Abs(want) * Math.Pow(2, -24)), $"element {i}: {y.All[i]:R}, exact {want:R}");
        }

        Softmax.Run(x.Tensor, y.Tensor, context);
        double sum = 0;
        for (int i = 0; i < count; i++)
        {
            double want = Math.Exp(x.All[i] - exact);
            Assert.True(Math.Abs(y.All[i] - want) <= 4e-6 * want + 1e-44, $"element {i}: {y.All[i]:R}, exact {want:R}");
            sum += y.All[i];
        }

        Assert.Equal(1, sum, 1e-6);
    }

    [Fact]
    public void LargeLogits_DoNotOverflow()
    {
        using OwnedContext context = KernelContexts.Widest();
        float[] y = new float[3];
        Softmax.Row([1e30f, 1e30f, -1e30f], y, context);
        Assert.Equal([0.5f, 0.5f, 0f], y);
        LogSoftmax.Row([1e30f, 0f, float.NegativeInfinity], y, context);
        Assert.Equal([0f, -1e30f, float.NegativeInfinity], y);
    }

    [Fact]
    public void RowsWithoutADistribution_AreNaN()
    {
        using OwnedContext context = KernelContexts.Widest();
        foreach (float[] x in (float[][])[[float.NegativeInfinity, float.NegativeInfinity], [1, float.PositiveInfinity], [1, float.NaN]])
        {
            float[] y = new float[2];
            Softmax.Row(x, y, context);
            Assert.True(float.IsNaN(y[1]), $"softmax of {x[0]}, {x[1]}");
            Assert.True(double.IsNaN(LogSoftmax.LogSumExp(x, context)), $"log-sum-exp of {x[0]}, {x[1]}");
        }

        Assert.Equal(double.NegativeInfinity, LogSoftmax.LogSumExp([], context));
    }

    [Fact]
    public void Row_EqualsRun()
    {
        using FloatRows x = FloatRows.Random(1, 333, 9);
        using FloatRows want = new(1, 333);
        float[] got = new float[333];
        using OwnedContext context = KernelContexts.Create(Isa.Avx2);
        Softmax.Run(x.Tensor, want.Tensor, context);
        Softmax.Row(x.All, got, context);
        BitsAssert.Equal(want.All, got, "softmax");
        LogSoftmax.Run(x.Tensor, want.Tensor, context);
        LogSoftmax.Row(x.All, got, context);
        BitsAssert.Equal(want.All, got, "log-softmax");
    }

    [Theory]
    [InlineData(new[] { 1f, 3f, 2f, 3f }, 1)]
    [InlineData(new[] { float.NaN, -5f, float.NaN, -4f }, 3)]
    [InlineData(new[] { float.NaN, float.NegativeInfinity }, 1)]
    [InlineData(new[] { float.NaN, float.NaN }, 0)]
    [InlineData(new[] { -0f, 0f }, 0)]
    [InlineData(new[] { float.NegativeInfinity, float.PositiveInfinity, float.PositiveInfinity }, 1)]
    public void ArgMax_TakesTheLowestIndexOfTheLargestNumber(float[] x, int index) => Assert.Equal(index, ArgMax.Row(x));
}
