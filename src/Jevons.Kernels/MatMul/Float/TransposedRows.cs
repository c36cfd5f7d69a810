using Jevons.Kernels.Conversion;

namespace Jevons.Kernels.Products;

/// <summary>Strips of the columns of a matrix [K, R]: row r of the product is column r of the matrix.</summary>
/// <param name="matrix">[K, R].</param>
internal readonly unsafe struct TransposedRows(Tensor matrix) : IStripSource
{
    /// <inheritdoc/>
    public void Fill(int row, int rows, int firstCol, int count, float* strip) =>
        Transpose.Copy(At(row, firstCol), matrix.Stride, count, rows, strip, StripProduct.RowFloats);

    /// <inheritdoc/>
    public StripAhead Ahead(int row, int rows, int firstCol, int count) =>
        new((byte*)At(row, firstCol), (long)matrix.Stride * sizeof(float), count, rows * sizeof(float));

    private float* At(int row, int col) => matrix.Pointer + ((long)col * matrix.Stride) + row;
}
