using Jevons.Numerics;

namespace Jevons.Kernels.Tests.MatMul;

/// <summary>Products of two f32 matrices: all forms have the bits of the product with f32 weights, whatever computes them.</summary>
public sealed unsafe class GemmTests
{
    private const double Unit = 1.0 / (1 << 24);

    // Below a lane, a tile, a block of each side, and beyond: 64 columns of C, 516 rows of it, 2048 of the sum.
    private static readonly (int M, int N, int K)[] s_shapes =
    [
        (1, 1, 1), (1, 5, 17), (5, 3, 16), (7, 20, 33), (13, 65, 255), (31, 64, 512), (6, 130, 530), (17, 70, 2100), (520, 67, 40), (9, 260, 1024),
    ];

    public static TheoryData<GemmForm> Forms => [GemmForm.NN, GemmForm.NT, GemmForm.TN];

    // Every path of intrinsics, and what this processor has beside them.
    private static IEnumerable<CpuFeatures> Paths => CpuFeatures.Supported().Select(CpuFeatures.For).Append(CpuFeatures.Detect());

    [Theory]
    [MemberData(nameof(Forms))]
    public void Run_EveryIsaAndShape_HasTheBitsOfTheScalarProductWithWeights(GemmForm form)
    {
        using WorkerPool pool = new(1);
        foreach ((int m, int n, int k) in s_shapes)
        {
            foreach (bool atEnd in (bool[])[true, false])
            {
                using GemmCase data = new(form, m, n, k, (ulong)(m + n + k), atEnd);
                using KernelContext scalar = new(pool, CpuFeatures.Scalar);
                float[] expected = data.Definition(scalar, CpuFeatures.Scalar);
                foreach (CpuFeatures features in Paths)
                {
                    using KernelContext context = new(pool, features);
                    BitsAssert.Equal(expected, data.Run(context), $"{form} {features.Isa} [{m}, {n}, {k}]");
                }
            }
        }
    }

    [Theory]
    [MemberData(nameof(Forms))]
    public void Accumulate_EveryIsa_AddsTheFinishedSumOnce(GemmForm form)
    {
        using WorkerPool pool = new(1);
        foreach ((int m, int n, int k) in ((int, int, int)[])[(1, 1, 1), (7, 67, 33), (30, 129, 2100)])
        {
            using GemmCase data = new(form, m, n, k, 3);
            foreach (CpuFeatures features in Paths)
            {
                using KernelContext context = new(pool, features);
                float[] expected = data.Run(context);
                for (int i = 0; i < expected.Length; i++)
                {
                    expected[i] = data.Before[i] + expected[i];
                }

                BitsAssert.Equal(expected, data.Accumulate(context), $"{form} {features.Isa} [{m}, {n}, {k}]");
            }
        }
    }

    [Theory]
    [MemberData(nameof(Forms))]
    public void Run_AnyShape_StaysWithinTheRoundingOfItsSums(GemmForm form)
    {
        using WorkerPool pool = new(1);
        using KernelContext context = new(pool, CpuFeatures.Detect());
        foreach ((int m, int n, int k) in s_shapes)
        {
            using GemmCase data = new(form, m, n, k, 4);
            float[] found = data.Run(context);
            (float[] a, float[] b) = data.Plain();
            for (int i = 0; i < found.Length; i++)
            {
                double sum = 0;
                double size = 0;
                for (int j = 0; j < k; j++)
                {
                    double product = (double)a[(i / n * k) + j] * b[(i % n * k) + j];
                    sum += product;
                    size += Math.Abs(product);
                }

                // ceil(K / 16) fused steps in a lane and 4 folds; each rounds once.
                double bound = (((k + 15) / 16) + 4) * Unit * size * 1.0001;
                Assert.InRange(found[i], sum - bound, sum + bound);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Forms))]
    public void Run_MoreThreadsThanCores_EqualsOneThread(GemmForm form)
    {
        using WorkerPool one = new(1);
        using WorkerPool many = new(5);
        using KernelContext single = new(one, CpuFeatures.Detect());
        using KernelContext parallel = new(many, CpuFeatures.Detect());
        using GemmCase data = new(form, 600, 300, 700, 5);
        BitsAssert.Equal(data.Run(single), data.Run(parallel), form.ToString());
        BitsAssert.Equal(data.Accumulate(single), data.Accumulate(parallel), form.ToString());
    }

    [Fact]
    public void Run_TransposedAOfSeveralPieces_HasTheBitsOfTheOtherForms()
    {
        using WorkerPool pool = new(2);
        using KernelContext context = new(pool, CpuFeatures.Detect());
        using GemmCase data = new(GemmForm.TN, 1100, 3, 17000, 6);
        BitsAssert.Equal(data.Definition(context, context.Features), data.Run(context));
    }

    [Theory]
    [MemberData(nameof(Forms))]
    public void Run_PartsOfLargerMatrices_EqualTheWholeAndTouchNothingElse(GemmForm form)
    {
        using WorkerPool pool = new(1);
        using KernelContext context = new(pool, CpuFeatures.Detect());
        using GemmCase data = new(form, 37, 90, 70, 7);
        float[] whole = data.Run(context);
        data.C.Clear();
        Tensor a = form == GemmForm.TN ? data.A.Columns(5, 20) : data.A.RowRange(5, 20);
        Tensor b = form == GemmForm.NT ? data.B.RowRange(11, 71) : data.B.Columns(11, 71);
        Gemm.Run(form, a, b, data.C.RowRange(5, 20).Columns(11, 71), context);
        for (int i = 0; i < whole.Length; i++)
        {
            bool inside = i / 90 is >= 5 and < 25 && i % 90 is >= 11 and < 82;
            Assert.Equal(inside ? whole[i] : 0, data.Result[i]);
        }
    }

    [Fact]
    public void Run_EmptySumsAndEmptyResults_GiveZerosAndNothing()
    {
        using WorkerPool pool = new(1);
        using KernelContext context = new(pool, CpuFeatures.Detect());
        using GemmCase data = new(GemmForm.NN, 3, 4, 5, 8);
        Gemm.Accumulate(GemmForm.NN, data.A.Columns(0, 0), data.B.RowRange(0, 0), data.C, context);
        BitsAssert.Equal(data.Before, data.Result);
        Gemm.Run(GemmForm.TN, data.A.RowRange(0, 3), data.B.RowRange(0, 3).Columns(0, 0), new Tensor(data.C.Pointer, 5, 0, 0), context);
        BitsAssert.Equal(data.Before, data.Result);
        Gemm.Run(GemmForm.NN, data.A.Columns(0, 0), data.B.RowRange(0, 0), data.C, context);
        BitsAssert.Equal(new float[12], data.Result);
    }

    [Theory]
    [InlineData(GemmForm.NN, "A [3, 5] and B [4, 5] do not make C [3, 4] in the form NN")]
    [InlineData(GemmForm.TN, "A [3, 5] and B [4, 5] do not make C [3, 4] in the form TN")]
    public void Run_ShapesThatDoNotFit_AreRefusedWithAllThree(GemmForm form, string message)
    {
        using WorkerPool pool = new(1);
        using KernelContext context = new(pool, CpuFeatures.Detect());
        using GemmCase data = new(GemmForm.NT, 3, 4, 5, 9);
        ArgumentException error = Assert.Throws<ArgumentException>(() => Gemm.Run(form, data.A, data.B, data.C, context));
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
    }
}
