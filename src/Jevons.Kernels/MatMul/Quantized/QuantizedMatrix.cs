using Jevons.Numerics;

namespace Jevons.Kernels.Products;

/// <summary>Block-quantised weights against int8 activations.</summary>
internal sealed unsafe class QuantizedMatrix(
    TensorType type, int rows, int cols, MemoryRegion data, QuantProduct product, FloatProduct floats)
    : StoredMatrix(type, rows, cols, data, floats)
{
    private readonly QuantProduct _product = product;

    /// <inheritdoc/>
    public override ActivationType Activations => ActivationType.Int8;

    /// <inheritdoc/>
    public override void Multiply(in ActivationRows x, Tensor y, int firstRow, int rowCount, Scratch scratch, int worker)
    {
        CheckProduct(x, y, firstRow, rowCount);
        if (x.Quantized is null)
        {
            throw new ArgumentException($"W [{Rows}, {Cols}] ({Type}) multiplies int8 activations, and x [{x.Count}, {Cols}] has none", nameof(x));
        }

        _product.Multiply(RowAt(firstRow), RowBytes, rowCount, Cols, x, y.Pointer + firstRow, y.Stride, scratch, worker);
    }

    /// <inheritdoc/>
    public override WeightMatrix Slice(int firstRow, int rowCount)
    {
        CheckRows(firstRow, rowCount);
        return new QuantizedMatrix(Type, rowCount, Cols, RowBytesOf(firstRow, rowCount), _product, Product);
    }
}
