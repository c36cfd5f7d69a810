using Jevons.Kernels.Products;

namespace Jevons.Kernels.Generated;

/// <summary>The product with <c>vdpbf16ps</c>: over stored rows for the tokens of a decode step, over strips for more.</summary>
/// <param name="plain">What multiplies rows that fill no tile or step.</param>
internal sealed unsafe class GeneratedBrainProduct(BrainProduct plain) : BrainProduct
{
    private const int StepPairs = 16;
    private const int PairBytes = 4;
    private readonly GeneratedStrips _strips = new(TileRows.BrainPairs);
    private readonly StoredTiles _stored = new(TileRows.BrainPairs, PairBytes);

    /// <inheritdoc/>
    public override void Multiply(byte* w, int rowCount, Tensor pairs, Tensor y, int firstRow, Scratch scratch, int worker)
    {
        if (pairs.Rows > StoredTiles.MostTokens)
        {
            Tensor part = y.Columns(firstRow, rowCount);
            BlockedProduct.Multiply(_strips, new StoredPairs(w, pairs.Cols), pairs, part, 0, rowCount, accumulate: false, scratch, worker);
            return;
        }

        int done = pairs.Cols % StepPairs == 0 ? rowCount / FloatTileCode.Rows * FloatTileCode.Rows : 0;
        _stored.Multiply(w, done, pairs.Cols, pairs, y.Pointer + firstRow, y.Stride, _strips);
        if (done < rowCount)
        {
            plain.Multiply(w + ((long)done * pairs.Cols * PairBytes), rowCount - done, pairs, y, firstRow + done, scratch, worker);
        }
    }

    private readonly struct StoredPairs(byte* w, int cols) : IStripSource
    {
        public void Fill(int row, int rows, int firstCol, int count, float* strip)
        {
            for (int r = 0; r < rows; r++, strip += StripProduct.RowFloats)
            {
                new ReadOnlySpan<byte>(At(row + r, firstCol), count * PairBytes).CopyTo(new Span<byte>(strip, count * PairBytes));
            }
        }

        public StripAhead Ahead(int row, int rows, int firstCol, int count) =>
            new(At(row, firstCol), (long)cols * PairBytes, rows, count * PairBytes);

        private byte* At(int row, int col) => w + ((((long)row * cols) + col) * PairBytes);
    }
}
