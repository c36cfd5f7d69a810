using System.Diagnostics;
using System.Runtime.Intrinsics;

namespace Jevons.Kernels.Products;

/// <summary>
/// The vector form. Few tokens: four stored rows at a time, widened as they are read. More: tiles of 4 rows x 6 tokens (2 x 3
/// with narrower registers), both operands copied into strips of 512 columns that stay in the first-level cache; a block of
/// rows x tokens keeps its 16 lanes per output in memory from strip to strip.
/// </summary>
/// <typeparam name="TLanes">The instruction set.</typeparam>
/// <typeparam name="TElement">The stored type.</typeparam>
internal sealed unsafe class LaneFloatProduct<TLanes, TElement> : FloatProduct
    where TLanes : struct, ILanes16<TLanes>
    where TElement : struct, IElement
{
    private const int L = 16;

    // A strip (half a page) and a line: the rows of a tile share few sets of the first-level cache.
    private const int RowStride = StripCols + L;

    private static int TileRows => TLanes.HasWideTile ? 4 : 2;

    private static int TileTokens => TLanes.HasWideTile ? 6 : 3;

    /// <inheritdoc/>
    public override long BlockBytes => sizeof(float) * ((BlockRows * (long)RowStride) + (TileTokens * StripCols) + (BlockRows * BlockTokens * L));

    /// <inheritdoc/>
    public override bool TryMultiplyStored(byte* w, int rows, int cols, Tensor x, float* y, long yStride)
    {
        if (x.Rows > FewTokens)
        {
            return false;
        }

        MultiplyFew<TElement>(w, (long)cols * TElement.Bytes, rows, cols, x, y, yStride);
        return true;
    }

    /// <inheritdoc/>
    public override void MultiplyFewWidened(float* w, int rows, int cols, Tensor x, float* y, long yStride) =>
        MultiplyFew<Float32Element>((byte*)w, (long)cols * sizeof(float), rows, cols, x, y, yStride);

    /// <inheritdoc/>
    public override float* BlockRow(byte* block, int row) => (float*)block + (row * (long)RowStride);

    /// <inheritdoc/>
    public override void AddStrip(byte* block, int rows, Tensor x, int count, bool first)
    {
        Debug.Assert(rows <= BlockRows && x.Rows <= BlockTokens && count <= StripCols);
        float* w = (float*)block;
        float* strip = w + (BlockRows * RowStride);
        float* acc = strip + (TileTokens * StripCols);
        int rowTiles = (rows + TileRows - 1) / TileRows;
        int tileFloats = TileRows * TileTokens * L;
        int steps = count / L;
        for (int t = 0; t < x.Rows; t += TileTokens)
        {
            int tokens = Math.Min(TileTokens, x.Rows - t);
            for (int i = 0; i < tokens; i++)
            {
                new ReadOnlySpan<float>(x.Pointer + ((long)(t + i) * x.Stride), count).CopyTo(new Span<float>(strip + (i * StripCols), count));
            }

            float* sums = acc + (t / TileTokens * rowTiles * (long)tileFloats);
            if (first)
            {
                new Span<float>(sums, rowTiles * tileFloats).Clear();
            }

            for (int r = 0; r < rows; r += TileRows)
            {
                if (TLanes.HasWideTile)
                {
                    FloatTile<TLanes>.FourBySix(w + ((long)r * RowStride), RowStride, strip, StripCols, steps, sums);
                }
                else
                {
                    FloatTile<TLanes>.TwoByThree(w + ((long)r * RowStride), RowStride, strip, StripCols, steps, sums);
                }

                if (count % L != 0)
                {
                    AddTails(w + ((long)r * RowStride) + (steps * L), strip + (steps * L), count % L, Math.Min(TileRows, rows - r), tokens, sums);
                }

                sums += tileFloats;
            }
        }
    }

    /// <inheritdoc/>
    public override void StoreBlock(byte* block, int rows, int tokens, float* y, long yStride)
    {
        float* acc = (float*)block + (BlockRows * RowStride) + (TileTokens * StripCols);
        int rowTiles = (rows + TileRows - 1) / TileRows;
        int tileFloats = TileRows * TileTokens * L;
        for (int t = 0; t < tokens; t++)
        {
            float* sums = acc + (t / TileTokens * rowTiles * (long)tileFloats) + (t % TileTokens * TileRows * L);
            for (int r = 0; r < rows; r += TileRows)
            {
                StoreFour(sums, Math.Min(TileRows, rows - r), y + (t * yStride) + r);
                sums += tileFloats;
            }
        }
    }

    /// <inheritdoc/>
    public override void AddScaledRows(float* w, long wStride, int rows, float* x, float* y, int cols)
    {
        int c = 0;
        for (; c <= cols - L; c += L)
        {
            TLanes acc = TLanes.Load(y + c);
            for (int r = 0; r < rows; r++)
            {
                acc = TLanes.MultiplyAdd(TLanes.Fill(x[r]), TLanes.Load(w + (r * wStride) + c), acc);
            }

            TLanes.Store(acc, y + c);
        }

        for (; c < cols; c++)
        {
            for (int r = 0; r < rows; r++)
            {
                y[c] = MathF.FusedMultiplyAdd(x[r], w[(r * wStride) + c], y[c]);
            }
        }
    }

    /// <inheritdoc/>
    public override void Scale(float* y, int count, float factor)
    {
        int i = 0;
        for (; i <= count - L; i += L)
        {
            TLanes.Store(TLanes.Multiply(TLanes.Load(y + i), TLanes.Fill(factor)), y + i);
        }

        for (; i < count; i++)
        {
            y[i] *= factor;
        }
    }

    private static void MultiplyFew<T>(byte* w, long rowBytes, int rows, int cols, Tensor x, float* y, long yStride)
        where T : struct, IElement
    {
        float* acc = stackalloc float[4 * L];
        byte** four = stackalloc byte*[4];
        int steps = cols / L;
        for (int r = 0; r < rows; r += 4)
        {
            int count = Math.Min(4, rows - r);
            for (int i = 0; i < 4; i++)
            {
                four[i] = w + ((r + Math.Min(i, count - 1)) * rowBytes);
            }

            for (int t = 0; t < x.Rows; t++)
            {
                float* token = x.Pointer + ((long)t * x.Stride);
                FloatTile<TLanes>.FourByOne<T>(four, token, steps, acc);
                for (int i = 0; i < count; i++)
                {
                    AddTail<T>(four[i], token, cols, acc + (i * L));
                }

                StoreFour(acc, count, y + (t * yStride) + r);
            }
        }
    }

    // The last columns of a strip that is no multiple of 16 touch lanes 0.. only; the other lanes stay as they are.
    private static void AddTails(float* w, float* x, int rest, int rows, int tokens, float* sums)
    {
        for (int t = 0; t < tokens; t++)
        {
            for (int r = 0; r < rows; r++)
            {
                float* acc = sums + (((t * TileRows) + r) * L);
                for (int i = 0; i < rest; i++)
                {
                    acc[i] = MathF.FusedMultiplyAdd(w[(r * RowStride) + i], x[(t * StripCols) + i], acc[i]);
                }
            }
        }
    }

    // The same for one stored row, widened through a copy so that nothing beyond it is read.
    private static void AddTail<T>(byte* row, float* token, int cols, float* acc)
        where T : struct, IElement
    {
        int rest = cols % L;
        if (rest == 0)
        {
            return;
        }

        float* x = stackalloc float[L];
        byte* w = stackalloc byte[L * sizeof(float)];
        new Span<byte>(w, L * sizeof(float)).Clear();
        new ReadOnlySpan<byte>(row + ((long)(cols - rest) * T.Bytes), rest * T.Bytes).CopyTo(new Span<byte>(w, rest * T.Bytes));
        TLanes.Store(T.Load<TLanes>(w), x);
        for (int i = 0; i < rest; i++)
        {
            acc[i] = MathF.FusedMultiplyAdd(x[i], token[cols - rest + i], acc[i]);
        }
    }

    // Lanes l and l + 8, then l + 4, one output at a time; the last two folds for four outputs at once.
    private static void StoreFour(float* acc, int count, float* y)
    {
        Vector128<float> a = TLanes.Fold(TLanes.Load(acc));
        Vector128<float> b = count > 1 ? TLanes.Fold(TLanes.Load(acc + L)) : a;
        Vector128<float> c = count > 2 ? TLanes.Fold(TLanes.Load(acc + (2 * L))) : a;
        Vector128<float> d = count > 3 ? TLanes.Fold(TLanes.Load(acc + (3 * L))) : a;
        Vector128<float> sum = QuarterFold.Four(a, b, c, d);
        if (count == 4)
        {
            sum.Store(y);
            return;
        }

        for (int i = 0; i < count; i++)
        {
            y[i] = sum[i];
        }
    }
}
