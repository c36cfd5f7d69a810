using Jevons.Numerics;

namespace Jevons.Kernels.Products;

/// <summary>Rows of bfloat16, an even number of columns, against bfloat16 activations.</summary>
internal sealed unsafe class BrainMatrix(int rows, int cols, MemoryRegion data, BrainProduct brain, FloatProduct floats)
    : StoredMatrix(TensorType.BF16, rows, cols, data, floats)
{
    /// <inheritdoc/>
    public override ActivationType Activations => ActivationType.BFloat16;

    /// <inheritdoc/>
    public override void Multiply(in ActivationRows x, Tensor y, int firstRow, int rowCount, Scratch scratch, int worker)
    {
        ArgumentNullException.ThrowIfNull(scratch);
        CheckProduct(x, y, firstRow, rowCount);
        Tensor pairs = new((float*)x.Brain, x.Count, Cols / 2, Cols / 2);
        brain.Multiply(RowAt(firstRow), rowCount, pairs, y, firstRow, scratch, worker);
    }

    /// <inheritdoc/>
    public override WeightMatrix Slice(int firstRow, int rowCount)
    {
        CheckRows(firstRow, rowCount);
        return new BrainMatrix(rowCount, Cols, RowBytesOf(firstRow, rowCount), brain, Product);
    }
}
