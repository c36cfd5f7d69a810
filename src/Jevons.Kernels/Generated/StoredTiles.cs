namespace Jevons.Kernels.Generated;

/// <summary>Generated tiles over rows as they are stored, for few tokens: a run of rows meets one group of tokens after the other, so that
/// all but the first find it in the caches.</summary>
/// <param name="rows">What the rows hold.</param>
/// <param name="elementBytes">Bytes of a stored element.</param>
internal sealed unsafe class StoredTiles(TileRows rows, int elementBytes)
{
    /// <summary>With more tokens, strips pay.</summary>
    public const int MostTokens = 24;

    // Rows of a call. Calls are kept to some tens of microseconds: the garbage collector waits for one to end.
    private const int RowsPerCall = 16;
    private const int LineFloats = 16;

    private readonly TokenKernels<FloatTileCall> _tile = new(FloatTileCode.Tokens, tokens => (nint)FloatTileCode.BuildStored(rows, tokens));

    /// <summary>y[t, r] for whole tiles of rows.</summary>
    /// <param name="w">First row, rows without gaps.</param>
    /// <param name="rowCount">Rows, a multiple of four.</param>
    /// <param name="cols">K, a multiple of a step.</param>
    /// <param name="x">Tokens, rows of floats or of pairs of bfloat16.</param>
    /// <param name="y">y[0, 0].</param>
    /// <param name="yStride">Elements from one token of y to the next.</param>
    /// <param name="fold">Folds the sums.</param>
    public void Multiply(byte* w, int rowCount, int cols, Tensor x, float* y, long yStride, GeneratedStrips fold)
    {
        float* memory = stackalloc float[(RowsPerCall * FloatTileCode.Tokens * LineFloats) + LineFloats];
        float* sums = (float*)(((nint)memory + 63) & ~(nint)63);
        long rowBytes = (long)cols * elementBytes;
        for (int r = 0; r < rowCount; r += RowsPerCall)
        {
            int count = Math.Min(RowsPerCall, rowCount - r);
            for (int t = 0; t < x.Rows; t += FloatTileCode.Tokens)
            {
                int tokens = Math.Min(FloatTileCode.Tokens, x.Rows - t);
                FloatTileCall call = new()
                {
                    W = w + (r * rowBytes),
                    RowBytes = rowBytes,
                    X = (byte*)(x.Pointer + ((long)t * x.Stride)),
                    XStride = (long)x.Stride * sizeof(float),
                    Sums = sums,
                    Steps = x.Cols / LineFloats,
                    RowTiles = count / FloatTileCode.Rows,
                };
                _tile.Run(&call, tokens);
                fold.StoreSums(sums, count, tokens, y + (t * yStride) + r, yStride);
            }
        }
    }
}
