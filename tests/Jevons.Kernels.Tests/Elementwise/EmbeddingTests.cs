using Jevons.Numerics;

namespace Jevons.Kernels.Tests.Elementwise;

public sealed class EmbeddingTests
{
    [Fact]
    public void Rows_AreThoseOfTheTable()
    {
        using AlignedMemory memory = new(4L * 10 * 40);
        FloatRows.Fill(memory.AsSpan<float>(0, 400), 130);
        WeightMatrix table = WeightMatrix.Create(TensorType.F32, 10, 40, memory.Region, CpuFeatures.Scalar, ActivationType.Int8);
        using OwnedContext context = KernelContexts.Widest(2);
        using FloatRows y = new(4, 40);
        int[] tokens = [9, 0, 3, 9];
        Embedding.Run(table, tokens, y.Tensor, context);
        for (int t = 0; t < 4; t++)
        {
            BitsAssert.Equal(memory.AsSpan<float>(4L * 40 * tokens[t], 40), y.Tensor.Row(t), $"token {t}");
        }

        Assert.Throws<ArgumentOutOfRangeException>(() => Embedding.Run(table, [0, 1, 2, 10], y.Tensor, context));
        Assert.Throws<ArgumentOutOfRangeException>(() => Embedding.Run(table, [0, 1, 2, -1], y.Tensor, context));
        Assert.Throws<ArgumentException>(() => Embedding.Run(table, [0, 1, 2], y.Tensor, context));
    }
}
