using Jevons.Kernels.Products;

namespace Jevons.Kernels.Generated;

/// <summary>
/// The float product with generated tiles: over stored rows for the tokens of a decode step, over strips for more. All else is the
/// intrinsic product's, and so are the bits.
/// </summary>
/// <param name="rows">What stored rows hold.</param>
/// <param name="elementBytes">Bytes of a stored element.</param>
/// <param name="plain">The product on 512-bit intrinsics.</param>
internal sealed unsafe class GeneratedFloatProduct(TileRows rows, int elementBytes, FloatProduct plain) : FloatProduct
{
    private static readonly GeneratedStrips s_strips = new(TileRows.Float32);
    private readonly StoredTiles _stored = new(rows, elementBytes);

    /// <inheritdoc/>
    public override int GroupTokens => s_strips.GroupTokens;

    /// <inheritdoc/>
    public override bool TryMultiplyStored(byte* w, int rows, int cols, Tensor x, float* y, long yStride)
    {
        if (x.Rows > StoredTiles.MostTokens)
        {
            return false;
        }

        int done = cols % Lanes == 0 ? rows / FloatTileCode.Rows * FloatTileCode.Rows : 0;
        _stored.Multiply(w, done, cols, x, y, yStride, s_strips);
        for (int t = 0; t < x.Rows && done < rows; t += FewTokens)
        {
            Tensor few = x.RowRange(t, Math.Min(FewTokens, x.Rows - t));
            plain.TryMultiplyStored(w + ((long)done * cols * elementBytes), rows - done, cols, few, y + (t * yStride) + done, yStride);
        }

        return true;
    }

    /// <inheritdoc/>
    public override void MultiplyFewWidened(float* w, int rows, int cols, Tensor x, float* y, long yStride) =>
        plain.MultiplyFewWidened(w, rows, cols, x, y, yStride);

    /// <inheritdoc/>
    public override void AddStrip(float* w, int rows, Tensor x, float* sums, bool first) => s_strips.AddStrip(w, rows, x, sums, first);

    /// <inheritdoc/>
    public override void StoreSums(float* sums, int rows, int tokens, float* y, long yStride) => s_strips.StoreSums(sums, rows, tokens, y, yStride);

    /// <inheritdoc/>
    public override void AddScaledRows(float* w, long wStride, Tensor x, Tensor y) => plain.AddScaledRows(w, wStride, x, y);

    /// <inheritdoc/>
    public override void Scale(float* y, int count, float factor) => plain.Scale(y, count, factor);
}
