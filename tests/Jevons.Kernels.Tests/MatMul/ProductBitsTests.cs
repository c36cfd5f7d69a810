using Jevons.Kernels.Generated;
using Jevons.Numerics;

namespace Jevons.Kernels.Tests.MatMul;

/// <summary>Every instruction set, every number of tokens, threads and rows gives the bits of the scalar path.</summary>
public sealed unsafe class ProductBitsTests
{
    private static readonly (int Rows, int Tokens)[] s_sizes = [(1, 1), (3, 5), (16, 1), (17, 4), (31, 9), (40, 33)];

    public static TheoryData<TensorType, Isa> Paths
    {
        get
        {
            TheoryData<TensorType, Isa> data = [];
            foreach (TensorType type in RandomWeights.Types)
            {
                foreach (Isa isa in Enum.GetValues<Isa>().Where(i => i != Isa.Scalar))
                {
                    data.Add(type, isa);
                }
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Paths))]
    public void Multiply_EveryTypeAndIsa_HasTheBitsOfTheScalarPath(TensorType type, Isa isa)
    {
        Assert.SkipUnless(CpuFeatures.IsSupported(isa), $"this CPU, or the runtime's settings, do not allow {isa}");
        using WorkerPool pool = new(1);
        using KernelContext context = new(pool, CpuFeatures.For(isa));
        foreach (int cols in Shapes.Cols(type))
        {
            foreach ((int rows, int tokens) in s_sizes)
            {
                foreach (bool atEnd in (bool[])[true, false])
                {
                    using ProductCase data = new(type, rows, cols, tokens, (ulong)(rows * cols), atEnd);
                    foreach (bool exact in (bool[])[false, true])
                    {
                        uint[] expected = data.Run(data.Matrix(Isa.Scalar, exact), context);
                        Assert.Equal(expected, data.Run(data.Matrix(isa, exact), context));
                    }
                }
            }
        }
    }

    [Theory]
    [MemberData(nameof(RandomWeights.AllTypes), MemberType = typeof(RandomWeights))]
    public void Multiply_GeneratedKernels_HaveTheBitsOfTheScalarPath(TensorType type)
    {
        CpuFeatures features = CpuFeatures.Detect();
        Assert.SkipUnless(
            features is { Avx512Vnni: true } or { Avx512BFloat16: true }, "this CPU, or the runtime's settings, have no instructions that code is generated for");
        Assert.SkipUnless(GeneratedCode.IsAvailable, "this system does not let a process execute what it wrote");
        using WorkerPool pool = new(1);
        using KernelContext context = new(pool, features);
        foreach (int cols in Shapes.Cols(type))
        {
            // Every block of tokens and every rest of them.
            foreach ((int rows, int tokens) in ((int, int)[])[(1, 1), (3, 2), (16, 3), (17, 7), (31, 11), (33, 12), (16, 25), (40, 121)])
            {
                using ProductCase data = new(type, rows, cols, tokens, (ulong)(rows * cols));
                foreach (bool exact in (bool[])[false, true])
                {
                    uint[] expected = data.Run(data.Matrix(Isa.Scalar, exact), context);
                    Assert.Equal(expected, data.Run(data.Matrix(features, exact), context));
                }
            }
        }
    }

    [Theory]
    [InlineData(TensorType.F32, 2100, 520)]
    [InlineData(TensorType.F16, 520, 100)]
    [InlineData(TensorType.BF16, 2064, 520)]
    [InlineData(TensorType.Q4_K, 2304, 100)]
    [InlineData(TensorType.Q8_0, 2080, 100)]
    public void Multiply_MoreThanOneBlockOfRowsTokensAndColumns_HasTheBitsOfTheScalarPath(TensorType type, int cols, int tokens)
    {
        using WorkerPool pool = new(1);
        using KernelContext context = new(pool, CpuFeatures.Detect());
        using ProductCase data = new(type, 70, cols, tokens, 22);
        foreach (bool exact in (bool[])[false, true])
        {
            uint[] expected = data.Run(data.Matrix(Isa.Scalar, exact), context);
            foreach (Isa isa in CpuFeatures.Supported())
            {
                Assert.Equal(expected, data.Run(data.Matrix(isa, exact), context));
            }
        }
    }
}
