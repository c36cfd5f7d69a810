using Jevons.Kernels.Products;

namespace Jevons.Kernels.Generated;

/// <summary>
/// A product whose few tokens are spent by generated code straight from the stored rows, panel after panel; more tokens, and the rows that
/// fill no panel, go through tiles. Both take the same steps. Where a kernel takes several tokens, a run of rows meets one group of them
/// after the other and is read from memory once.
/// </summary>
/// <param name="kernels">The kernels.</param>
/// <param name="panelRows">Rows that they take at a time.</param>
/// <param name="blockLength">Elements of a stored block.</param>
/// <param name="isExact">True when they read f32 activations.</param>
/// <param name="tiles">The product of everything else.</param>
internal sealed unsafe class FewTokensProduct(TokenKernels<FewTokensCall> kernels, int panelRows, int blockLength, bool isExact, QuantProduct tiles) : QuantProduct
{
    // Rows of a call: the garbage collector waits for a call to end, so it is kept to some tens of microseconds; and where several groups
    // of tokens follow each other, the rows stay in the second-level cache.
    private const int RowsPerCall = 256;
    private const long BytesPerCall = 128 << 10;
    private const int SpareBytes = 32 * 16 * sizeof(float);

    // With more groups of tokens a tile pays.
    private const int MostGroups = 4;

    /// <inheritdoc/>
    public override int FewTokens => kernels.MostTokens * MostGroups;

    /// <inheritdoc/>
    public override void Multiply(
        byte* w, long rowBytes, int rows, int cols, in ActivationRows x, float* y, long yStride, Scratch scratch, int worker)
    {
        int most = kernels.MostTokens * MostGroups;
        int done = x.Count <= most ? rows / panelRows * panelRows : 0;
        long perCall = x.Count <= kernels.MostTokens ? RowsPerCall : Math.Clamp(BytesPerCall / rowBytes, panelRows, RowsPerCall);
        int rowsPerCall = (int)perCall / panelRows * panelRows;
        byte* tokens = isExact ? (byte*)x.Values.Pointer : x.Quantized;
        long tokenBytes = isExact ? (long)x.Values.Stride * sizeof(float) : QuantizedRow.Bytes(cols);
        for (int r = 0; r < done; r += rowsPerCall)
        {
            for (int t = 0; t < x.Count; t += kernels.MostTokens)
            {
                FewTokensCall call = new()
                {
                    W = w + (r * rowBytes),
                    RowBytes = rowBytes,
                    X = tokens + (t * tokenBytes),
                    XStride = tokenBytes,
                    Blocks = cols / blockLength,
                    Y = y + (t * yStride) + r,
                    YStride = yStride * sizeof(float),
                    Panels = Math.Min(rowsPerCall, done - r) / panelRows,
                    Spare = (float*)scratch.Get(worker, SpareBytes),
                };
                kernels.Run(&call, Math.Min(kernels.MostTokens, x.Count - t));
            }
        }

        if (done < rows)
        {
            tiles.Multiply(w + (done * rowBytes), rowBytes, rows - done, cols, x, y + done, yStride, scratch, worker);
        }
    }
}
