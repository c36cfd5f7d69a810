using Jevons.Numerics;

namespace Jevons.Kernels.Tests.Elementwise;

public sealed class ExpTests
{
    [Theory]
    [InlineData(0f, 1f)]
    [InlineData(float.NegativeInfinity, 0f)]
    [InlineData(float.PositiveInfinity, float.PositiveInfinity)]
    [InlineData(88.7228394f, float.PositiveInfinity)]
    [InlineData(1e30f, float.PositiveInfinity)]
    [InlineData(-103.98f, 0f)]
    [InlineData(-1e30f, 0f)]
    [InlineData(float.NaN, float.NaN)]
    public void Exp_SpecialValues_AreDefined(float x, float y)
    {
        foreach (Isa isa in KernelContexts.AllIsas)
        {
            BitsAssert.Equal([y], Evaluate([x], isa), $"exp({x}) on {isa}");
        }
    }

    [Fact]
    public void Exp_WholeRange_IsWithinTwoUlp()
    {
        // Every 8191st bit pattern of either sign: half a million arguments, subnormal results included.
        List<float> x = [];
        for (long bits = 0; bits <= uint.MaxValue; bits += 8191)
        {
            float value = BitConverter.UInt32BitsToSingle((uint)bits);
            if (!float.IsNaN(value))
            {
                x.Add(value);
            }
        }

        float[] y = Evaluate([.. x], CpuFeatures.Detect().Isa);
        double worst = 0;
        float worstAt = 0;
        for (int i = 0; i < y.Length; i++)
        {
            double exact = Math.Exp(x[i]);
            if (exact > float.MaxValue)
            {
                Assert.True(float.IsPositiveInfinity(y[i]) || Math.Abs(y[i] - exact) <= 2 * Ulp(exact), $"exp({x[i]:R}) = {y[i]:R}");
                continue;
            }

            double error = Math.Abs(y[i] - exact) / Ulp(exact);
            (worst, worstAt) = error > worst ? (error, x[i]) : (worst, worstAt);
        }

        Assert.True(worst <= 1.1, $"the worst error is {worst:F3} ulp, at {worstAt:R}");
    }

    [Theory]
    [MemberData(nameof(KernelContexts.VectorIsas), MemberType = typeof(KernelContexts))]
    public void Exp_EveryIsaMatchesScalar(Isa isa)
    {
        float[] x = new float[20_000];
        SeededRandom random = new(7);
        for (int i = 0; i < x.Length; i++)
        {
            x[i] = i % 2 == 0 ? BitConverter.UInt32BitsToSingle((uint)random.NextUInt64()) : (float)((random.NextDouble() * 220) - 120);
        }

        BitsAssert.Equal(Evaluate(x, Isa.Scalar), Evaluate(x, isa), $"exp on {isa}");
    }

    private static double Ulp(double exact) => Math.Max(MathF.BitIncrement((float)exact) - (float)exact, float.Epsilon);

    private static float[] Evaluate(float[] x, Isa isa)
    {
        using OwnedContext context = KernelContexts.Create(isa);
        using FloatRows rows = FloatRows.From(1, x.Length, x);
        Exp.Run(rows.Tensor, rows.Tensor, context);
        return rows.All.ToArray();
    }
}
