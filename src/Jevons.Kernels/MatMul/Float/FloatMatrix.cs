using Jevons.Numerics;

namespace Jevons.Kernels.Products;

/// <summary>
/// Weights of any type against f32 activations. Few tokens read the stored rows once, widening as they go; for more, a strip
/// of rows at a time is dequantised and spent on all of them.
/// </summary>
/// <param name="type">Stored type.</param>
/// <param name="rows">Rows.</param>
/// <param name="cols">Columns.</param>
/// <param name="data">The rows.</param>
/// <param name="product">The product of f32 rows.</param>
/// <param name="few">The product of a block type for few tokens, where there is one.</param>
internal sealed unsafe class FloatMatrix(TensorType type, int rows, int cols, MemoryRegion data, FloatProduct product, QuantProduct? few)
    : StoredMatrix(type, rows, cols, data, product)
{
    private readonly QuantProduct? _few = few;

    /// <inheritdoc/>
    public override ActivationType Activations => ActivationType.Float32;

    /// <inheritdoc/>
    public override void Multiply(in ActivationRows x, Tensor y, int firstRow, int rowCount, Scratch scratch, int worker)
    {
        CheckProduct(x, y, firstRow, rowCount);
        if (_few is not null && x.Count <= _few.FewTokens)
        {
            _few.Multiply(RowAt(firstRow), RowBytes, rowCount, Cols, x, y.Pointer + firstRow, y.Stride, scratch, worker);
            return;
        }

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
        return new FloatMatrix(Type, rowCount, Cols, RowBytesOf(firstRow, rowCount), Product, _few);
    }
}
