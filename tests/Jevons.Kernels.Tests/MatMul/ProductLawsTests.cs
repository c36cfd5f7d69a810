using Jevons.Numerics;

namespace Jevons.Kernels.Tests.MatMul;

/// <summary>Results do not depend on company: tokens, threads, groups, slices and places in memory change no bit.</summary>
public sealed unsafe class ProductLawsTests
{
    public static TheoryData<TensorType> Types => [.. RandomWeights.Types];

    [Theory]
    [MemberData(nameof(Types))]
    public void Multiply_OneTokenAtATime_EqualsAllAtOnce(TensorType type)
    {
        using WorkerPool pool = new(1);
        using KernelContext context = new(pool, CpuFeatures.Detect());
        using ProductCase data = new(type, 37, Shapes.Cols(type)[^1], 29, 5);
        WeightMatrix matrix = WeightMatrix.Create(type, 37, data.Cols, data.Weights.Region, context.Features, ActivationType.Int8);
        uint[] together = data.Run(matrix, context);
        data.Poison();
        ActivationRows x = data.Activations(matrix, context);
        for (int t = 0; t < data.Tokens; t++)
        {
            Jevons.Kernels.MatMul.Run(matrix, x.RowRange(t, 1), data.Y.RowRange(t, 1), context);
        }

        Assert.Equal(together, data.Bits());
    }

    [Theory]
    [MemberData(nameof(Types))]
    public void Run_MoreThreadsThanCores_EqualsOneThread(TensorType type)
    {
        using WorkerPool one = new(1);
        using WorkerPool many = new(5);
        using KernelContext single = new(one, CpuFeatures.Detect());
        using KernelContext parallel = new(many, CpuFeatures.Detect());
        using ProductCase data = new(type, 200, 1024, 17, 6);
        WeightMatrix matrix = WeightMatrix.Create(type, 200, 1024, data.Weights.Region, single.Features, ActivationType.Int8);
        Assert.Equal(data.Run(matrix, single), data.Run(matrix, parallel));
    }

    [Theory]
    [MemberData(nameof(Types))]
    public void Multiply_AnySplitOfRows_EqualsTheWhole(TensorType type)
    {
        using WorkerPool pool = new(1);
        using KernelContext context = new(pool, CpuFeatures.Detect());
        using ProductCase data = new(type, 53, Shapes.Cols(type)[^1], 6, 7);
        WeightMatrix matrix = WeightMatrix.Create(type, 53, data.Cols, data.Weights.Region, context.Features, ActivationType.Int8);
        uint[] whole = data.Run(matrix, context);
        data.Poison();
        ActivationRows x = data.Activations(matrix, context);
        foreach ((int first, int count) in ((int, int)[])[(0, 1), (1, 15), (16, 17), (33, 20)])
        {
            matrix.Multiply(x, data.Y, first, count, context.Scratch, 0);
        }

        Assert.Equal(whole, data.Bits());
    }

    [Theory]
    [MemberData(nameof(Types))]
    public void Slice_AnyRows_EqualsThoseRowsOfTheWhole(TensorType type)
    {
        using WorkerPool pool = new(2);
        using KernelContext context = new(pool, CpuFeatures.Detect());
        using ProductCase data = new(type, 50, Shapes.Cols(type)[^1], 6, 8);
        WeightMatrix matrix = WeightMatrix.Create(type, 50, data.Cols, data.Weights.Region, context.Features, ActivationType.Int8);
        uint[] whole = data.Run(matrix, context);
        data.Poison();
        ActivationRows x = data.Activations(matrix, context);
        WeightMatrix first = matrix.Slice(0, 19);
        WeightMatrix rest = matrix.Slice(19, 31);
        Assert.Equal((31, matrix.Cols, type), (rest.Rows, rest.Cols, rest.Type));

        // The results are columns of a wider tensor, and both products share one parallel region.
        Jevons.Kernels.MatMul.Run([new(first, x, data.Y.Columns(0, 19)), new(rest.Slice(0, 30), x, data.Y.Columns(19, 30))], context);
        Jevons.Kernels.MatMul.Run(rest.Slice(30, 1), x, data.Y.Columns(49, 1), context);
        Assert.Equal(whole, data.Bits());
    }

    [Fact]
    public void Run_ManyItemsWithAndWithoutTokens_EachEqualsItself()
    {
        using WorkerPool pool = new(3);
        using KernelContext context = new(pool, CpuFeatures.Detect());
        List<ProductCase> cases = [];
        try
        {
            MatMulItem[] items = new MatMulItem[100];
            uint[][] alone = new uint[items.Length][];
            for (int i = 0; i < items.Length; i++)
            {
                cases.Add(new ProductCase(i % 2 == 0 ? TensorType.Q4_K : TensorType.F32, 16 + (i % 5), 256, i % 4, (ulong)i));
                WeightMatrix matrix = cases[i].Matrix(context.Features.Isa);
                alone[i] = cases[i].Run(matrix, context);
                cases[i].Poison();
                items[i] = new MatMulItem(matrix, cases[i].Activations(matrix, context), cases[i].Y);
            }

            Jevons.Kernels.MatMul.Run(items, context);
            Assert.All(Enumerable.Range(0, items.Length), i => Assert.Equal(alone[i], cases[i].Bits()));
        }
        finally
        {
            cases.ForEach(c => c.Dispose());
        }
    }
}
