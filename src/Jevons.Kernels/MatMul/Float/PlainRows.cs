namespace Jevons.Kernels.Products;

/// <summary>Strips of the rows of a matrix [R, K].</summary>
/// <param name="matrix">[R, K].</param>
internal readonly unsafe struct PlainRows(Tensor matrix) : IStripSource
{
    /// <inheritdoc/>
    public void Fill(int row, int rows, int firstCol, int count, float* strip)
    {
        for (int r = 0; r < rows; r++)
        {
            new ReadOnlySpan<float>(At(row + r, firstCol), count).CopyTo(new Span<float>(strip + ((long)r * StripProduct.RowFloats), count));
        }
    }

    /// <inheritdoc/>
    public StripAhead Ahead(int row, int rows, int firstCol, int count) =>
        new((byte*)At(row, firstCol), (long)matrix.Stride * sizeof(float), rows, count * sizeof(float));

    private float* At(int row, int col) => matrix.Pointer + ((long)row * matrix.Stride) + col;
}
