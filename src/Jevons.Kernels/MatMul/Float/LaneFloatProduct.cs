using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Jevons.Kernels.Products;

/// <summary>
/// The vector form. Few tokens: four stored rows at a time, widened as they are read. More: tiles of 4 rows x 6 tokens (2 x 3
/// with narrower registers) over strips of columns that stay in the first-level cache; a block of rows x tokens keeps its 16
/// lanes per output in memory between strips, then tails are added and lanes folded.
/// </summary>
/// <typeparam name="TLanes">The instruction set.</typeparam>
/// <typeparam name="TElement">The stored type.</typeparam>
internal sealed unsafe class LaneFloatProduct<TLanes, TElement> : FloatProduct
    where TLanes : struct, ILanes16<TLanes>
    where TElement : struct, IElement
{
    private const int L = 16;
    private const int FewTokens = 4;

    // Columns of a strip: 4 + 6 rows of it take 20 KB.
    private const int StripSteps = 512 / L;

    // A block's sums: 16 rows x 24 tokens x 16 lanes take 24 KB of the stack.
    private const int BlockRows = 16;
    private const int BlockTokens = 24;

    private static int TileRows => TLanes.HasWideTile ? 4 : 2;

    private static int TileTokens => TLanes.HasWideTile ? 6 : 3;

    /// <inheritdoc/>
    [SkipLocalsInit]
    public override void Multiply(float* w, long wStride, int rows, int cols, Tensor x, float* y, long yStride)
    {
        if (x.Rows <= FewTokens)
        {
            MultiplyFew<Float32Element>((byte*)w, wStride * sizeof(float), rows, cols, x, y, yStride);
            return;
        }

        float* memory = stackalloc float[(BlockRows * BlockTokens * L) + L];
        float* acc = (float*)(((nint)memory + 63) / 64 * 64);
        for (int t = 0; t < x.Rows; t += BlockTokens)
        {
            int tokens = Math.Min(BlockTokens, x.Rows - t);
            for (int r = 0; r < rows; r += BlockRows)
            {
                Block(
                    w + (r * wStride), wStride, Math.Min(BlockRows, rows - r), cols, x.RowRange(t, tokens), acc, y + (t * yStride) + r, yStride);
            }
        }
    }

    /// <inheritdoc/>
    public override bool TryMultiplyStored(byte* w, int rows, int cols, Tensor x, float* y, long yStride)
    {
        if (x.Rows > FewTokens || TElement.Bytes == sizeof(float))
        {
            return false;
        }

        MultiplyFew<TElement>(w, (long)cols * TElement.Bytes, rows, cols, x, y, yStride);
        return true;
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

    private static void Block(float* w, long wStride, int rows, int cols, Tensor x, float* acc, float* y, long yStride)
    {
        float** tileRows = stackalloc float*[4];
        float** tileTokens = stackalloc float*[6];
        int rowTiles = (rows + TileRows - 1) / TileRows;
        int tokenTiles = (x.Rows + TileTokens - 1) / TileTokens;
        int tileFloats = TileRows * TileTokens * L;
        new Span<float>(acc, rowTiles * tokenTiles * tileFloats).Clear();
        int steps = cols / L;
        for (int step = 0; step < steps; step += StripSteps)
        {
            int part = Math.Min(StripSteps, steps - step);
            for (int t = 0; t < tokenTiles; t++)
            {
                for (int i = 0; i < TileTokens; i++)
                {
                    tileTokens[i] = x.Pointer + ((long)Math.Min((t * TileTokens) + i, x.Rows - 1) * x.Stride) + (step * L);
                }

                for (int r = 0; r < rowTiles; r++)
                {
                    for (int i = 0; i < TileRows; i++)
                    {
                        tileRows[i] = w + (Math.Min((r * TileRows) + i, rows - 1) * wStride) + (step * L);
                    }

                    float* sums = acc + (((t * rowTiles) + r) * tileFloats);
                    if (TLanes.HasWideTile)
                    {
                        FloatTile<TLanes>.FourBySix(tileRows, tileTokens, part, sums);
                    }
                    else
                    {
                        FloatTile<TLanes>.TwoByThree(tileRows, tileTokens, part, sums);
                    }
                }
            }
        }

        for (int t = 0; t < x.Rows; t++)
        {
            float* token = x.Pointer + ((long)t * x.Stride);
            for (int r = 0; r < rows; r += TileRows)
            {
                int count = Math.Min(TileRows, rows - r);
                float* sums = acc + ((((t / TileTokens * rowTiles) + (r / TileRows)) * tileFloats) + (t % TileTokens * TileRows * L));
                for (int i = 0; i < count; i++)
                {
                    AddTail<Float32Element>((byte*)(w + ((r + i) * wStride)), token, cols, sums + (i * L));
                }

                StoreFour(sums, count, y + (t * yStride) + r);
            }
        }
    }

    // The last cols mod 16 columns touch lanes 0.. only: read through zero-filled copies, the other lanes stay as they are.
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
