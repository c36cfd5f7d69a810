using Jevons.Kernels.Tests.MatMul;
using Jevons.Numerics;

namespace Jevons.Kernels.Tests.Elementwise;

/// <summary>Laws and values of the element-wise kernels, each named by its operation.</summary>
public sealed unsafe class ElementwiseTests
{
    private const float Eps = 1e-6f;

    internal delegate void Kernel(Tensor a, Tensor b, Tensor y, KernelContext context);

    internal static Dictionary<string, Kernel> Kernels { get; } = new(StringComparer.Ordinal)
    {
        ["exp"] = (a, b, y, c) => Exp.Run(a, y, c),
        ["sigmoid"] = (a, b, y, c) => Sigmoid.Run(a, y, c),
        ["silu"] = (a, b, y, c) => Silu.Run(a, y, c),
        ["swiglu"] = SwiGlu.Run,
        ["add"] = Add.Run,
        ["addBias"] = (a, b, y, c) => AddBias.Run(a, b.Row(0), y, c),
        ["addScaled"] = (a, b, y, c) => AddScaled.Run(a, 0.37f, Copy(b, y), c),
        ["blend"] = (a, b, y, c) => Blend.Run(a, 0.37f, Copy(b, y), 1.3f, c),
        ["adamW"] = AdamW,
        ["tokenDivergence"] = (a, b, y, c) => TokenDivergence.Run(Copy(a, y), b, 0.3f, Ones(a.Rows), new double[a.Rows], c),
        ["rmsNorm"] = (a, b, y, c) => RmsNorm.Run(a, b.Row(0), Eps, y, c),
        ["softmax"] = (a, b, y, c) => Softmax.Run(a, y, c),
        ["logSoftmax"] = (a, b, y, c) => LogSoftmax.Run(a, y, c),
    };

    public static TheoryData<string> Names { get; } = [.. Kernels.Keys];

    public static MatrixTheoryData<string, Isa> NamesAndIsas { get; } = new(Kernels.Keys, [Isa.Neon, Isa.Avx2, Isa.Avx512]);

    [Theory]
    [MemberData(nameof(NamesAndIsas))]
    public void EveryIsaMatchesScalar_AtEveryLength(string name, Isa isa)
    {
        using OwnedContext scalar = KernelContexts.Create(Isa.Scalar);
        using OwnedContext vector = KernelContexts.Create(isa);
        foreach (int cols in (int[])[.. Enumerable.Range(0, 257), 1021, 4099])
        {
            using FloatRows a = FloatRows.Random(2, cols, (ulong)cols, 3);
            using FloatRows b = FloatRows.Random(2, cols, (ulong)cols + 1000);
            using FloatRows want = new(2, cols);
            using FloatRows got = new(2, cols);
            Kernels[name](a.Tensor, b.Tensor, want.Tensor, scalar);
            Kernels[name](a.Tensor, b.Tensor, got.Tensor, vector);
            BitsAssert.Equal(want.All, got.All, $"{name} on {isa}, {cols} columns");
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void NoByteOutsideARow_IsTouched(string name)
    {
        using OwnedContext context = KernelContexts.Widest();
        foreach (bool atEnd in (bool[])[true, false])
        {
            foreach (int cols in (int[])[1, 2, 15, 16, 17, 31, 33, 63, 64, 65, 100])
            {
                using GuardedMemory a = new(4 * cols, atEnd);
                using GuardedMemory b = new(4 * cols, atEnd);
                using GuardedMemory y = new(4 * cols, atEnd);
                Tensor ta = new((float*)a.Pointer, 1, cols, cols);
                Tensor tb = new((float*)b.Pointer, 1, cols, cols);
                Tensor ty = new((float*)y.Pointer, 1, cols, cols);
                FloatRows.Fill(ta.Row(0), 1);
                FloatRows.Fill(tb.Row(0), 2);
                Kernels[name](ta, tb, ty, context);
                foreach (float value in ty.Row(0))
                {
                    Assert.True(float.IsFinite(value), $"{name}, {cols} columns");
                }
            }
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void RowsAndThreads_DoNotShowInTheResult(string name)
    {
        const int Rows = 37;
        const int Cols = 1100;
        using FloatRows a = FloatRows.Random(Rows, Cols, 11, 2);
        using FloatRows b = FloatRows.Random(1, Cols, 12);
        using FloatRows repeated = new(Rows, Cols);
        using FloatRows together = new(Rows, Cols);
        using FloatRows alone = new(Rows, Cols);
        using OwnedContext five = KernelContexts.Widest(5);
        using OwnedContext one = KernelContexts.Widest();
        for (int r = 0; r < Rows; r++)
        {
            b.All.CopyTo(repeated.Tensor.Row(r));
        }

        Kernels[name](a.Tensor, repeated.Tensor, together.Tensor, five);
        for (int r = 0; r < Rows; r++)
        {
            Kernels[name](a.Tensor.RowRange(r, 1), b.Tensor, alone.Tensor.RowRange(r, 1), one);
        }

        BitsAssert.Equal(alone.All, together.All, name);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void StridedRows_EqualPackedRows(string name)
    {
        using FloatRows wide = FloatRows.Random(3, 90, 5);
        using FloatRows b = FloatRows.Random(3, 50, 6);
        using FloatRows packed = new(3, 50);
        using FloatRows want = new(3, 50);
        using FloatRows gotWide = new(3, 90);
        using OwnedContext context = KernelContexts.Widest();
        Tensor view = Copy(wide.Tensor.Columns(20, 50), packed.Tensor);
        Kernels[name](view, b.Tensor, want.Tensor, context);
        Kernels[name](wide.Tensor.Columns(20, 50), b.Tensor, gotWide.Tensor.Columns(10, 50), context);
        for (int r = 0; r < 3; r++)
        {
            BitsAssert.Equal(want.Tensor.Row(r), gotWide.Tensor.Row(r).Slice(10, 50), name);
            Assert.All(gotWide.Tensor.Row(r)[..10].ToArray(), v => Assert.Equal(0f, v));
            Assert.All(gotWide.Tensor.Row(r)[60..].ToArray(), v => Assert.Equal(0f, v));
        }
    }

    [Theory]
    [InlineData("exp")]
    [InlineData("sigmoid")]
    [InlineData("silu")]
    [InlineData("swiglu")]
    [InlineData("add")]
    [InlineData("addBias")]
    [InlineData("rmsNorm")]
    [InlineData("softmax")]
    [InlineData("logSoftmax")]
    public void InPlace_EqualsOutOfPlace(string name)
    {
        using FloatRows a = FloatRows.Random(4, 77, 21);
        using FloatRows b = FloatRows.Random(4, 77, 22);
        using FloatRows want = new(4, 77);
        using OwnedContext context = KernelContexts.Widest();
        Kernels[name](a.Tensor, b.Tensor, want.Tensor, context);
        Kernels[name](a.Tensor, b.Tensor, a.Tensor, context);
        BitsAssert.Equal(want.All, a.All, name);
    }

    [Fact]
    public void Values_AreThoseOfDoublePrecision_WithinAFewUlp()
    {
        const int Cols = 3000;
        using FloatRows a = FloatRows.Random(1, Cols, 31, 8);
        using FloatRows b = FloatRows.Random(1, Cols, 32);
        using FloatRows y = new(1, Cols);
        using OwnedContext context = KernelContexts.Widest();
        double Logistic(double x) => 1 / (1 + Math.Exp(-x));
        Check("sigmoid", 3, i => Logistic(a.All[i]));
        Check("silu", 4, i => a.All[i] * Logistic(a.All[i]));
        Check("swiglu", 5, i => a.All[i] * Logistic(a.All[i]) * b.All[i]);
        Check("add", 1, i => (double)a.All[i] + b.All[i]);
        Check("addScaled", 1, i => (a.All[i] * (double)0.37f) + b.All[i]);

        // Sixteen lanes of n/16 fused additions each, a tree of four, three single operations, two products: the relative
        // error of a sum of squares is at most (n/16 + 4) 2^-24, half of it behind the root; typical errors are far below.
        double mean = a.All.ToArray().Sum(v => (double)v * v) / Cols;
        Check("rmsNorm", ((Cols / 16) + 4) / 2 + 4, i => a.All[i] / Math.Sqrt(mean + Eps) * b.All[i]);

        void Check(string name, double ulps, Func<int, double> exact)
        {
            Kernels[name](a.Tensor, b.Tensor, y.Tensor, context);
            for (int i = 0; i < Cols; i++)
            {
                double want = exact(i);
                double bound = ulps * Math.Max(Math.Abs(want), 1e-37) * Math.Pow(2, -23);
                Assert.True(Math.Abs(y.All[i] - want) <= bound, $"{name}: f({a.All[i]:R}) = {y.All[i]:R}, exact {want:R}");
            }
        }
    }

    [Fact]
    public void RmsNorm_LongRows_AreWithinTwoUlpOfDouble()
    {
        // The bound above is far from what sixteen lanes lose on real lengths; this pins the accuracy that models see.
        foreach (int cols in (int[])[576, 1536, 7168, 18432])
        {
            using FloatRows x = FloatRows.Random(1, cols, (ulong)cols);
            using FloatRows y = new(1, cols);
            using OwnedContext context = KernelContexts.Widest();
            float[] ones = [.. Enumerable.Repeat(1f, cols)];
            RmsNorm.Run(x.Tensor, ones, Eps, y.Tensor, context);
            double scale = 1 / Math.Sqrt((x.All.ToArray().Sum(v => (double)v * v) / cols) + Eps);
            for (int i = 0; i < cols; i++)
            {
                Assert.True(Math.Abs(y.All[i] - (x.All[i] * scale)) <= 2.5e-7 * Math.Abs(x.All[i] * scale), $"{cols} columns, element {i}");
            }
        }
    }

    [Fact]
    public void RmsNorm_Heads_EqualRowsOfOneHead()
    {
        using FloatRows x = FloatRows.Random(5, 6 * 40, 41);
        using FloatRows heads = new(5, 6 * 40);
        using FloatRows rows = new(5 * 6, 40);
        float[] weight = new float[40];
        FloatRows.Fill(weight, 42);
        using OwnedContext context = KernelContexts.Widest(2);
        RmsNorm.RunHeads(x.Tensor, 40, weight, Eps, heads.Tensor, context);
        x.All.CopyTo(rows.All);
        RmsNorm.Run(rows.Tensor, weight, Eps, rows.Tensor, context);
        BitsAssert.Equal(rows.All, heads.All, "heads");
    }

    [Fact]
    public void WrongShapes_AreRefusedWithBothShapes()
    {
        using FloatRows a = new(2, 3);
        using FloatRows b = new(2, 4);
        using OwnedContext context = KernelContexts.Create(Isa.Scalar);
        foreach (string name in (string[])["exp", "sigmoid", "silu", "softmax", "logSoftmax"])
        {
            ArgumentException e = Assert.Throws<ArgumentException>(() => Kernels[name](a.Tensor, a.Tensor, b.Tensor, context));
            Assert.Contains("[2, 3]", e.Message, StringComparison.Ordinal);
            Assert.Contains("[2, 4]", e.Message, StringComparison.Ordinal);
        }

        Assert.Throws<ArgumentException>(() => SwiGlu.Run(a.Tensor, b.Tensor, a.Tensor, context));
        Assert.Throws<ArgumentException>(() => Add.Run(a.Tensor, a.Tensor, b.Tensor, context));
        Assert.Throws<ArgumentException>(() => AddBias.Run(a.Tensor, new float[2], a.Tensor, context));
        Assert.Throws<ArgumentException>(() => RmsNorm.Run(a.Tensor, new float[4], Eps, a.Tensor, context));
        Assert.Throws<ArgumentException>(() => RmsNorm.RunHeads(a.Tensor, 2, new float[2], Eps, a.Tensor, context));
        Assert.Throws<ArgumentException>(() => Softmax.Row(new float[2], new float[3], context));
        Assert.Throws<ArgumentException>(() => ArgMax.Row([]));
    }

    private static void AdamW(Tensor a, Tensor b, Tensor y, KernelContext context)
    {
        using FloatRows first = new(a.Rows, a.Cols);
        using FloatRows second = new(a.Rows, a.Cols);
        AdamWStep.Run(Copy(b, y), a, 0.5f, first.Tensor, second.Tensor, AdamWFactors.Of(3, 0.01, 0.1, 0.9, 0.99, 1e-8), context);
    }

    private static float[] Ones(int count) => [.. Enumerable.Repeat(1f, count)];

    private static Tensor Copy(Tensor from, Tensor to)
    {
        for (int r = 0; r < from.Rows; r++)
        {
            from.Row(r).CopyTo(to.Row(r));
        }

        return to;
    }
}
