using System.Diagnostics;
using System.Runtime.Intrinsics;

namespace Jevons.Kernels.Products;

/// <summary>
/// The vector form. Few tokens: four stored rows at a time, widened as they are read. More: tiles of 4 rows x 6 tokens (2 x 3
/// with narrower registers); sums lie tile after tile, token by token, 16 lanes each.
/// </summary>
/// <typeparam name="TLanes">The instruction set.</typeparam>
/// <typeparam name="TElement">The stored type.</typeparam>
internal sealed unsafe class LaneFloatProduct<TLanes, TElement> : FloatProduct
    where TLanes : struct, ILanes16<TLanes>
    where TElement : struct, IElement
{
    private const int L = Lanes;

    private static int TileRows => TLanes.HasWideTile ? 4 : 2;

    /// <inheritdoc/>
    public override int GroupTokens => TLanes.HasWideTile ? 6 : 3;

    private int TileFloats => TileRows * GroupTokens * L;

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
    public override void AddStrip(float* w, int rows, Tensor x, float* sums, bool first)
    {
        Debug.Assert(rows is > 0 and <= BlockRows && x.Rows > 0 && x.Rows <= GroupTokens && x.Cols <= StripCols);
        int tiles = (rows + TileRows - 1) / TileRows;
        int steps = x.Cols / L;

        // A group that is not full meets its last token again in place of those it lacks; what that yields is dropped.
        float** tokens = stackalloc float*[6];
        for (int t = 0; t < GroupTokens; t++)
        {
            tokens[t] = x.Pointer + ((long)Math.Min(t, x.Rows - 1) * x.Stride);
        }

        if (first)
        {
            new Span<float>(sums, tiles * TileFloats).Clear();
        }

        for (int tile = 0; tile < tiles; tile++)
        {
            float* row = w + ((long)tile * TileRows * RowFloats);
            float* to = sums + ((long)tile * TileFloats);
            if (TLanes.HasWideTile)
            {
                FloatTile<TLanes>.FourBySix(row, RowFloats, tokens, steps, to);
            }
            else
            {
                FloatTile<TLanes>.TwoByThree(row, RowFloats, tokens, steps, to);
            }
        }

        if (x.Cols % L != 0)
        {
            AddTails(w, rows, x, steps * L, sums);
        }
    }

    /// <inheritdoc/>
    public override void StoreSums(float* sums, int rows, int tokens, float* y, long yStride)
    {
        for (int t = 0; t < tokens; t++)
        {
            for (int r = 0; r < rows; r += TileRows)
            {
                StoreFour(sums + ((long)r / TileRows * TileFloats) + (t * TileRows * L), Math.Min(TileRows, rows - r), y + (t * yStride) + r);
            }
        }
    }

    /// <inheritdoc/>
    public override void AddScaledRows(float* w, long wStride, Tensor x, Tensor y)
    {
        int whole = y.Cols / L * L;
        float** factors = stackalloc float*[4];
        int t = 0;
        for (; t <= x.Rows - 4; t += 4)
        {
            for (int i = 0; i < 4; i++)
            {
                factors[i] = x.Pointer + ((long)(t + i) * x.Stride);
            }

            TLanes.AddFour(factors, x.Cols, w, (nint)wStride, y.Pointer + ((long)t * y.Stride), (nint)y.Stride, whole);
        }

        for (; t < x.Rows; t++)
        {
            TLanes.AddOne(x.Pointer + ((long)t * x.Stride), x.Cols, w, (nint)wStride, y.Pointer + ((long)t * y.Stride), whole);
        }

        for (t = 0; t < x.Rows && whole < y.Cols; t++)
        {
            AddLastColumns(w, wStride, x.Row(t), y.Row(t), whole);
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

    private static void AddLastColumns(float* w, long wStride, ReadOnlySpan<float> x, Span<float> y, int first)
    {
        for (int c = first; c < y.Length; c++)
        {
            for (int r = 0; r < x.Length; r++)
            {
                y[c] = MathF.FusedMultiplyAdd(x[r], w[(r * wStride) + c], y[c]);
            }
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
    private void AddTails(float* w, int rows, Tensor x, int firstCol, float* sums)
    {
        for (int r = 0; r < rows; r++)
        {
            float* row = w + ((long)r * RowFloats);
            for (int t = 0; t < x.Rows; t++)
            {
                float* lanes = sums + ((long)r / TileRows * TileFloats) + (((t * TileRows) + (r % TileRows)) * L);
                float* token = x.Pointer + ((long)t * x.Stride);
                for (int i = firstCol; i < x.Cols; i++)
                {
                    lanes[i - firstCol] = MathF.FusedMultiplyAdd(row[i], token[i], lanes[i - firstCol]);
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
