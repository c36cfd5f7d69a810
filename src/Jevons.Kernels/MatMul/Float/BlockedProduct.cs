namespace Jevons.Kernels.Products;

/// <summary>
/// y = x W^T over blocks of rows and columns that fill half of a second-level cache. A block is copied into strips once and then meets all
/// tokens, group after group, so that what a token's columns cost is spent on 64 rows; only where K is more than a block holds are the
/// sums of all groups kept from block to block.
/// </summary>
internal static unsafe class BlockedProduct
{
    private const int BlockCols = StripProduct.BlockStrips * StripProduct.StripCols;
    private const int StripFloats = StripProduct.BlockRows * StripProduct.RowFloats;

    /// <summary>The columns firstRow to firstRow + rowCount of y.</summary>
    /// <typeparam name="TSource">Where strips come from.</typeparam>
    /// <param name="product">How a strip is spent.</param>
    /// <param name="source">The weights.</param>
    /// <param name="x">x [T, K].</param>
    /// <param name="y">y [T, R].</param>
    /// <param name="firstRow">First row of the weights.</param>
    /// <param name="rowCount">Rows.</param>
    /// <param name="accumulate">True to add each sum to what y holds, one rounding each.</param>
    /// <param name="scratch">Scratch memory.</param>
    /// <param name="worker">The worker that runs this.</param>
    public static void Multiply<TSource>(
        StripProduct product, TSource source, Tensor x, Tensor y, int firstRow, int rowCount, bool accumulate, Scratch scratch, int worker)
        where TSource : struct, IStripSource
    {
        int cols = x.Cols;
        int keptTokens = cols > BlockCols ? Math.Min(x.Rows, StripProduct.BlockTokens) : 1;
        long kept = (long)Groups(product, keptTokens) * product.GroupSums * sizeof(float);
        float* block = (float*)scratch.Get(worker, StripProduct.BlockBytes + kept);
        for (int t = 0; t < x.Rows; t += StripProduct.BlockTokens)
        {
            int tokens = Math.Min(StripProduct.BlockTokens, x.Rows - t);
            Tensor xs = x.RowRange(t, tokens);
            Tensor ys = y.RowRange(t, tokens).Columns(firstRow, rowCount);
            for (int r = 0; r < rowCount; r += StripProduct.BlockRows)
            {
                int rows = Math.Min(StripProduct.BlockRows, rowCount - r);
                int nextRows = Math.Min(StripProduct.BlockRows, rowCount - r - rows);
                for (int k = 0; k < cols; k += BlockCols)
                {
                    int count = Math.Min(BlockCols, cols - k);
                    Fill(source, firstRow + r, rows, k, count, block);
                    int next = k + count;
                    StripAhead ahead = next < cols ? source.Ahead(firstRow + r, rows, next, Math.Min(BlockCols, cols - next))
                        : nextRows > 0 ? source.Ahead(firstRow + r + rows, nextRows, 0, Math.Min(BlockCols, cols)) : default;
                    Spend(product, block, rows, xs.Columns(k, count), k == 0, next == cols, ys.Columns(r, rows), accumulate, ahead);
                }
            }
        }
    }

    private static int Groups(StripProduct product, int tokens) => (tokens + product.GroupTokens - 1) / product.GroupTokens;

    private static void Fill<TSource>(TSource source, int firstRow, int rows, int firstCol, int cols, float* block)
        where TSource : struct, IStripSource
    {
        for (int k = 0; k < cols; k += StripProduct.StripCols)
        {
            int count = Math.Min(StripProduct.StripCols, cols - k);
            source.Fill(firstRow, rows, firstCol + k, count, block);
            block += StripFloats;
        }
    }

    private static void Spend(
        StripProduct product, float* block, int rows, Tensor x, bool first, bool last, Tensor y, bool accumulate, in StripAhead ahead)
    {
        float* sums = (float*)((byte*)block + StripProduct.BlockBytes);
        int groups = Groups(product, x.Rows);
        for (int g = 0; g < groups; g++)
        {
            int firstToken = g * product.GroupTokens;
            int tokens = Math.Min(product.GroupTokens, x.Rows - firstToken);
            Tensor group = x.RowRange(firstToken, tokens);
            float* to = y.Pointer + ((long)firstToken * y.Stride);
            float* strip = block;
            for (int k = 0; k < x.Cols; k += StripProduct.StripCols)
            {
                Tensor part = group.Columns(k, Math.Min(StripProduct.StripCols, x.Cols - k));
                if (last && k + part.Cols == x.Cols)
                {
                    product.FinishStrip(strip, rows, part, sums, first && k == 0, to, y.Stride, accumulate);
                }
                else
                {
                    product.AddStrip(strip, rows, part, sums, first && k == 0);
                }

                strip += StripFloats;
            }

            if (!(first && last))
            {
                sums += product.GroupSums;
            }

            ahead.Call(g, groups);
        }
    }
}
