using System.Diagnostics;
using Jevons.Numerics;

namespace Jevons.Kernels.Products;

/// <summary>Rows that follow each other in memory without gaps, and what every type does with them in f32.</summary>
internal abstract unsafe class StoredMatrix : WeightMatrix
{
    // Rows widened at a time, and columns of them: they fill an eighth of a second-level cache, and sums are fetched once for all.
    private const int TransposedRows = 64;
    private const int TransposedCols = 512;

    // Rows that are widened whole and multiplied together.
    private const int FewRows = 4;

    private readonly MemoryRegion _data;

    /// <summary>Describes the rows; the caller has checked that the region holds them.</summary>
    protected StoredMatrix(TensorType type, int rows, int cols, MemoryRegion data, FloatProduct product)
        : base(type, rows, cols)
    {
        RowBytes = TensorTypes.ByteCount(type, cols);
        Debug.Assert(data.Length >= RowBytes * rows);
        _data = data;
        Product = product;
    }

    /// <summary>Bytes of a row.</summary>
    protected long RowBytes { get; }

    /// <summary>The product of f32 rows.</summary>
    protected FloatProduct Product { get; }

    /// <inheritdoc/>
    public override void MultiplyTransposed(Tensor x, Tensor y, int firstCol, int colCount, Scratch scratch, int worker)
    {
        ArgumentNullException.ThrowIfNull(scratch);
        CheckTransposed(this, x, y, firstCol, colCount);
        float* tile = (float*)scratch.Get(worker, TransposedRows * TransposedCols * sizeof(float));
        int end = firstCol + colCount;
        for (int c = firstCol; c < end; c += TransposedCols)
        {
            int cols = Math.Min(TransposedCols, end - c);
            for (int t = 0; t < y.Rows; t++)
            {
                new Span<float>(y.Pointer + ((long)t * y.Stride) + c, cols).Clear();
            }

            for (int r = 0; r < Rows; r += TransposedRows)
            {
                int rows = Math.Min(TransposedRows, Rows - r);
                for (int i = 0; i < rows; i++)
                {
                    Widen(r + i, c, cols, tile + ((long)i * TransposedCols));
                }

                Product.AddScaledRows(tile, TransposedCols, x.Columns(r, rows), y.Columns(c, cols));
            }
        }
    }

    /// <inheritdoc/>
    public override void DequantizeRow(int row, Span<float> destination)
    {
        if ((uint)row >= (uint)Rows || destination.Length != Cols)
        {
            throw new ArgumentException($"row {row} into {destination.Length} elements of W [{Rows}, {Cols}] ({Type})", nameof(destination));
        }

        fixed (float* to = destination)
        {
            Widen(row, 0, Cols, to);
        }
    }

    /// <summary>First byte of a row.</summary>
    protected byte* RowAt(int row) => _data.Pointer + (row * RowBytes);

    /// <summary>The bytes of some rows.</summary>
    protected MemoryRegion RowBytesOf(int firstRow, int rowCount) => _data.Slice(firstRow * RowBytes, rowCount * RowBytes);

    /// <summary>Part of a row as f32.</summary>
    /// <param name="row">Row.</param>
    /// <param name="firstCol">First column, at the start of a block.</param>
    /// <param name="count">Columns, whole blocks.</param>
    /// <param name="destination">Receives count floats.</param>
    protected virtual void Widen(int row, int firstCol, int count, float* destination)
    {
        byte* from = RowAt(row) + TensorTypes.ByteCount(Type, firstCol);
        Product.Widen(Type, new ReadOnlySpan<byte>(from, checked((int)TensorTypes.ByteCount(Type, count))), new Span<float>(destination, count));
    }

    /// <summary>The product in f32 on rows that are widened into scratch: four whole rows for few tokens, else a block of strips.</summary>
    protected void MultiplyWidened(in ActivationRows x, Tensor y, int firstRow, int rowCount, Scratch scratch, int worker)
    {
        ArgumentNullException.ThrowIfNull(scratch);
        if (x.Count <= FloatProduct.FewTokens)
        {
            float* rows = (float*)scratch.Get(worker, FewRows * (long)Cols * sizeof(float));
            for (int r = 0; r < rowCount; r += FewRows)
            {
                int count = Math.Min(FewRows, rowCount - r);
                for (int i = 0; i < count; i++)
                {
                    Widen(firstRow + r + i, 0, Cols, rows + ((long)i * Cols));
                }

                Product.MultiplyFewWidened(rows, count, Cols, x.Values, y.Pointer + firstRow + r, y.Stride);
            }

            return;
        }

        BlockedProduct.Multiply(Product, new WidenedRows(this), x.Values, y, firstRow, rowCount, accumulate: false, scratch, worker);
    }

    private readonly struct WidenedRows(StoredMatrix matrix) : IStripSource
    {
        public void Fill(int row, int rows, int firstCol, int count, float* strip)
        {
            for (int r = 0; r < rows; r++)
            {
                matrix.Widen(row + r, firstCol, count, strip + ((long)r * StripProduct.RowFloats));
            }
        }

        public StripAhead Ahead(int row, int rows, int firstCol, int count) => new(
            matrix.RowAt(row) + TensorTypes.ByteCount(matrix.Type, firstCol), matrix.RowBytes, rows, (int)TensorTypes.ByteCount(matrix.Type, count));
    }
}
