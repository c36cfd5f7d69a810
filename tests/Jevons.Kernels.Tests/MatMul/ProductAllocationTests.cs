using Jevons.Kernels.Tests.Attention;
using Jevons.Numerics;

namespace Jevons.Kernels.Tests.MatMul;

/// <summary>Products allocate nothing once warm; measured with the process to themselves.</summary>
[Collection(AloneCollection.Name)]
public sealed unsafe class ProductAllocationTests
{
    [Fact]
    public void Run_AfterWarmUp_AllocatesNothing()
    {
        using WorkerPool pool = new(2);
        using KernelContext context = new(pool, CpuFeatures.Detect());
        using ProductCase quantised = new(TensorType.Q4_K, 300, 512, 3, 9);
        using ProductCase floats = new(TensorType.BF16, 300, 512, 3, 9);
        using ProductCase wide = new(TensorType.F16, 300, 512, 30, 9);
        MatMulItem[] items =
        [
            new(quantised.Matrix(context.Features.Isa), quantised.Activations(quantised.Matrix(context.Features.Isa), context), quantised.Y),
            new(floats.Matrix(context.Features.Isa), new ActivationRows(floats.X, null), floats.Y),
            new(wide.Matrix(context.Features.Isa), new ActivationRows(wide.X, null), wide.Y),
        ];
        Tensor back = new(quantised.X.Pointer, 3, 300, 512);
        Tensor gradient = new((float*)quantised.Weights.Pointer, 0, 512, 512);
        long before = 0;
        for (int i = 0; i < 40; i++)
        {
            before = i == 20 ? GC.GetTotalAllocatedBytes(precise: true) : before;
            Jevons.Kernels.MatMul.Quantize(quantised.X, quantised.Quantized, context);
            Jevons.Kernels.MatMul.Run(items, context);
            Jevons.Kernels.MatMul.RunTransposed(items[1].Weights, back, floats.X.Columns(0, 512), context);
            Jevons.Kernels.MatMul.RunTransposed(items[1].Weights, back.RowRange(0, 0), gradient, context);
        }

        Assert.Equal(before, GC.GetTotalAllocatedBytes(precise: true));
    }

    [Theory]
    [InlineData(GemmForm.NN)]
    [InlineData(GemmForm.NT)]
    [InlineData(GemmForm.TN)]
    public void Gemm_AfterWarmUp_AllocatesNothing(GemmForm form)
    {
        using WorkerPool pool = new(2);
        using KernelContext context = new(pool, CpuFeatures.Detect());
        using GemmCase data = new(form, 600, 130, 300, 1);
        long before = 0;
        for (int i = 0; i < 12; i++)
        {
            before = i == 6 ? GC.GetTotalAllocatedBytes(precise: true) : before;
            Gemm.Run(form, data.A, data.B, data.C, context);
            Gemm.Accumulate(form, data.A, data.B, data.C, context);
        }

        Assert.Equal(before, GC.GetTotalAllocatedBytes(precise: true));
    }
}
