using Jevons.Numerics;

namespace Jevons.Kernels.Products;

/// <summary>Weights of any type against f32 activations: few tokens read F32, F16 and BF16 in place, all else is dequantised a strip of rows at a time.</summary>
internal sealed unsafe class FloatMatrix(TensorType type, int rows, int cols, MemoryRegion data, FloatProduct product)
    : StoredMatrix(type, rows, cols, data, product)
{
    /// <inheritdoc/>
    public override bool UsesQuantizedActivations => false;

    /// <inheritdoc/>
    public override void Multiply(in ActivationRows x, Tensor y, int firstRow, int rowCount, Scratch scratch, int worker)
    {
        CheckProduct(x, y, firstRow, rowCount);
        bool stored = Type is TensorType.F32 or TensorType.F16 or TensorType.BF16;
        if (!stored || !Product.TryMultiplyStored(RowAt(firstRow), rowCount, Cols, x.Values, y.Pointer + firstRow, y.Stride))
        {
            MultiplyWidened(x, y, firstRow, rowCount, scratch, worker);
        }
    }

    /// <inheritdoc/>
    public override WeightMatrix Slice(int firstRow, int rowCount)
    {
        CheckRows(firstRow, rowCount);
        return new FloatMatrix(Type, rowCount, Cols, RowBytesOf(firstRow, rowCount), Product);
    }

    /// <inheritdoc/>
    protected override void Widen(int row, int firstCol, int count, float* destination)
    {
        byte* from = RowAt(row) + TensorTypes.ByteCount(Type, firstCol);
        Product.Widen(Type, new ReadOnlySpan<byte>(from, checked((int)TensorTypes.ByteCount(Type, count))), new Span<float>(destination, count));
    }
}
