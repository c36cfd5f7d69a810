using Jevons.Numerics;

namespace Jevons.Kernels.Tests.Elementwise;

public sealed class LogTests
{
    [Fact]
    public void Log_WholeRange_IsWithinTwoUlpOfTheLibrary()
    {
        SeededRandom random = new(3);
        double worst = 0;
        for (int i = 0; i < 200_000; i++)
        {
            double x = i % 2 == 0
                ? BitConverter.UInt64BitsToDouble(random.NextUInt64() >> 1)
                : 1 + ((random.NextDouble() - 0.5) * Math.Pow(2, -random.NextInt32(40)));
            if (!double.IsFinite(x) || x == 0)
            {
                continue;
            }

            double want = Math.Log(x);
            double got = Log.Value(x);
            double ulp = Math.BitIncrement(Math.Abs(want)) - Math.Abs(want);
            worst = Math.Max(worst, Math.Abs(got - want) / ulp);
        }

        Assert.True(worst <= 2, $"the worst error is {worst:F2} ulp");
    }

    [Theory]
    [InlineData(1.0, 0.0)]
    [InlineData(0.0, double.NegativeInfinity)]
    [InlineData(-1.0, double.NaN)]
    [InlineData(double.NaN, double.NaN)]
    [InlineData(double.PositiveInfinity, double.PositiveInfinity)]
    [InlineData(double.NegativeInfinity, double.NaN)]
    public void Log_SpecialValues_AreDefined(double x, double y) => Assert.Equal(y, Log.Value(x));
}
