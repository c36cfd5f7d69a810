using Jevons.Numerics;

namespace Jevons.Kernels.Products;

/// <summary>e4m3fn weights with one factor per tile against f32 activations. A slice may begin inside a tile: it keeps its first row's place.</summary>
internal sealed unsafe class Float8Matrix(
    int rows, int cols, MemoryRegion data, Float8Scales scales, long firstScaleRow, FloatProduct product)
    : StoredMatrix(TensorType.F8_E4M3, rows, cols, data, product)
{
    private readonly Float8Scales _scales = scales;
    private readonly long _firstScaleRow = firstScaleRow;

    /// <inheritdoc/>
    public override ActivationType Activations => ActivationType.Float32;

    /// <inheritdoc/>
    public override void Multiply(in ActivationRows x, Tensor y, int firstRow, int rowCount, Scratch scratch, int worker)
    {
        CheckProduct(x, y, firstRow, rowCount);
        MultiplyWidened(x, y, firstRow, rowCount, scratch, worker);
    }

    /// <inheritdoc/>
    public override WeightMatrix Slice(int firstRow, int rowCount)
    {
        CheckRows(firstRow, rowCount);
        return new Float8Matrix(rowCount, Cols, RowBytesOf(firstRow, rowCount), _scales, _firstScaleRow + firstRow, Product);
    }

    /// <inheritdoc/>
    protected override void Widen(int row, int firstCol, int count, float* destination)
    {
        byte* values = RowAt(row);
        float* factors = _scales.Row(_firstScaleRow + row);
        int end = firstCol + count;
        for (int c = firstCol; c < end;)
        {
            int tile = c / _scales.BlockCols;
            int stop = (int)Math.Min(end, ((long)tile + 1) * _scales.BlockCols);
            Span<float> to = new(destination + (c - firstCol), stop - c);
            Product.Widen(TensorType.F8_E4M3, new ReadOnlySpan<byte>(values + c, to.Length), to);
            Product.Scale(destination + (c - firstCol), to.Length, factors[tile]);
            c = stop;
        }
    }
}
