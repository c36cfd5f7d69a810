namespace Jevons.Kernels.Products;

/// <summary>Where the strips of a block come from.</summary>
internal unsafe interface IStripSource
{
    /// <summary>Writes a strip of some rows.</summary>
    /// <param name="row">First row.</param>
    /// <param name="rows">Rows, at most a block's.</param>
    /// <param name="firstCol">First column, a multiple of a strip's.</param>
    /// <param name="count">Columns, at most a strip's.</param>
    /// <param name="strip">Receives count floats, or pairs of bfloat16, of each row; rows are <see cref="StripProduct.RowFloats"/> apart.</param>
    void Fill(int row, int rows, int firstCol, int count, float* strip);

    /// <summary>The stored bytes of a block.</summary>
    /// <param name="row">First row.</param>
    /// <param name="rows">Rows; at least 1.</param>
    /// <param name="firstCol">First column.</param>
    /// <param name="count">Columns.</param>
    /// <returns>What to call ahead.</returns>
    StripAhead Ahead(int row, int rows, int firstCol, int count);
}
