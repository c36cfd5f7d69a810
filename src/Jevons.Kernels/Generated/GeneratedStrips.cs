using System.Diagnostics;
using System.Runtime.Intrinsics;
using Jevons.Kernels.Products;

namespace Jevons.Kernels.Generated;

/// <summary>Spends strips with generated tiles. Sums lie tile after tile of four rows, token by token, 16 lanes each.</summary>
/// <param name="rows">Float32 or BrainPairs.</param>
internal sealed unsafe class GeneratedStrips(TileRows rows) : StripProduct
{
    private const int FoldRows = 16;
    private readonly TokenKernels<FloatTileCall> _tile = new(FloatTileCode.Tokens, tokens => (nint)FloatTileCode.BuildStrip(rows, tokens));
    private readonly TokenKernels<FloatTileCall> _lastTile = new(FloatTileCode.Tokens, tokens => (nint)FloatTileCode.BuildLastStrip(rows, tokens));

    /// <inheritdoc/>
    public override int GroupTokens => FloatTileCode.Tokens;

    /// <inheritdoc/>
    public override void AddStrip(float* w, int rows, Tensor x, float* sums, bool first)
    {
        Debug.Assert(rows is > 0 and <= BlockRows && x.Rows > 0 && x.Rows <= GroupTokens && x.Cols <= StripCols);
        int tiles = (rows + FloatTileCode.Rows - 1) / FloatTileCode.Rows;
        int steps = x.Cols / Lanes;
        if (steps == 0 && first)
        {
            new Span<float>(sums, tiles * TileFloats(x.Rows)).Clear();
        }

        if (steps > 0)
        {
            FloatTileCall call = new()
            {
                W = (byte*)w,
                X = (byte*)x.Pointer,
                XStride = (long)x.Stride * sizeof(float),
                Sums = sums,
                Steps = steps,
                RowTiles = tiles,
                Keep = first ? 0 : 1,
            };
            _tile.Run(&call, x.Rows);
        }

        if (x.Cols % Lanes != 0)
        {
            AddTails(w, rows, x, steps * Lanes, sums);
        }
    }

    /// <inheritdoc/>
    public override void FinishStrip(float* w, int rows, Tensor x, float* sums, bool first, float* y, long yStride, bool accumulate)
    {
        if (x.Cols % Lanes != 0)
        {
            base.FinishStrip(w, rows, x, sums, first, y, yStride, accumulate);
            return;
        }

        int tiles = rows / FloatTileCode.Rows;
        int rest = rows % FloatTileCode.Rows;
        FloatTileCall call = new()
        {
            W = (byte*)w,
            X = (byte*)x.Pointer,
            XStride = (long)x.Stride * sizeof(float),
            Sums = sums,
            Steps = x.Cols / Lanes,
            RowTiles = tiles,
            Keep = first ? 0 : 1,
            Y = y,
            YStride = yStride * sizeof(float),
            AddMask = accumulate ? 0xF : 0,
        };
        if (tiles > 0)
        {
            _lastTile.Run(&call, x.Rows);
        }

        if (rest > 0)
        {
            // A tile writes four rows; of the last one some are not there.
            float* four = stackalloc float[FloatTileCode.Tokens * FloatTileCode.Rows];
            int done = rows - rest;
            call.W = (byte*)(w + ((long)done * RowFloats));
            call.Sums = sums + ((long)tiles * TileFloats(x.Rows));
            call.RowTiles = 1;
            call.Y = four;
            call.YStride = FloatTileCode.Rows * sizeof(float);
            call.AddMask = 0;
            _lastTile.Run(&call, x.Rows);
            Store(four, FloatTileCode.Rows, rest, x.Rows, y + done, yStride, accumulate);
        }
    }

    /// <inheritdoc/>
    public override void StoreSums(float* sums, int rows, int tokens, float* y, long yStride)
    {
        int tileFloats = TileFloats(tokens);
        for (int t = 0; t < tokens; t++)
        {
            float* from = sums + (t * FloatTileCode.Rows * Lanes);
            float* to = y + (t * yStride);
            int r = 0;
            for (; r <= rows - FoldRows; r += FoldRows)
            {
                SixteenFold.Rows(from + (r / FloatTileCode.Rows * tileFloats), tileFloats).Store(to + r);
            }

            for (; r < rows; r++)
            {
                float* lanes = from + (r / FloatTileCode.Rows * tileFloats) + (r % FloatTileCode.Rows * Lanes);
                Vector128<float> four = Products.Lanes512.Fold(Products.Lanes512.Load(lanes));
                to[r] = four[0] + four[2] + (four[1] + four[3]);
            }
        }
    }

    private static int TileFloats(int tokens) => tokens * FloatTileCode.Rows * Lanes;

    // The last columns of a strip that is no multiple of 16 touch lanes 0.. only; the other lanes stay as they are.
    private void AddTails(float* w, int rowCount, Tensor x, int firstCol, float* sums)
    {
        for (int r = 0; r < rowCount; r++)
        {
            float* row = w + ((long)r * RowFloats);
            for (int t = 0; t < x.Rows; t++)
            {
                float* lanes = sums + (r / FloatTileCode.Rows * TileFloats(x.Rows)) + (((t * FloatTileCode.Rows) + (r % FloatTileCode.Rows)) * Lanes);
                float* token = x.Pointer + ((long)t * x.Stride);
                for (int i = firstCol; i < x.Cols; i++)
                {
                    float* lane = lanes + (i - firstCol);
                    *lane = rows == TileRows.BrainPairs ? BrainPairs.Add(*(uint*)(row + i), *(uint*)(token + i), *lane)
                        : MathF.FusedMultiplyAdd(row[i], token[i], *lane);
                }
            }
        }
    }
}
