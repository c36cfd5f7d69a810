using Jevons.Kernels.Products;

namespace Jevons.Kernels.Generated;

/// <summary>
/// A product whose single tokens are spent by generated code straight from the stored rows, panel after panel; several tokens, and
/// the rows that fill no panel, go through tiles. Both take the same steps.
/// </summary>
/// <param name="code">A function of a <see cref="SingleTokenCall"/>.</param>
/// <param name="panelRows">Rows that it takes at a time.</param>
/// <param name="blockLength">Elements of a stored block.</param>
/// <param name="isExact">True when it reads f32 activations.</param>
/// <param name="tiles">The product of everything else.</param>
internal sealed unsafe class SingleTokenProduct(void* code, int panelRows, int blockLength, bool isExact, QuantProduct tiles) : QuantProduct
{
    // Rows of a call: the garbage collector waits for a call to end, so it is kept to some tens of microseconds.
    private const int RowsPerCall = 256;
    private const int SpareBytes = 16 * 16 * sizeof(float);

    private readonly void* _code = code;
    private readonly QuantProduct _tiles = tiles;

    /// <inheritdoc/>
    public override void Multiply(
        byte* w, long rowBytes, int rows, int cols, in ActivationRows x, float* y, long yStride, Scratch scratch, int worker)
    {
        int done = x.Count == 1 ? rows / panelRows * panelRows : 0;
        for (int r = 0; r < done; r += RowsPerCall)
        {
            SingleTokenCall call = new()
            {
                W = w + (r * rowBytes),
                RowBytes = rowBytes,
                X = isExact ? (byte*)x.Values.Pointer : x.Quantized,
                Blocks = cols / blockLength,
                Y = y + r,
                Panels = Math.Min(RowsPerCall, done - r) / panelRows,
                Spare = (float*)scratch.Get(worker, SpareBytes),
            };
            ((delegate* unmanaged[SuppressGCTransition]<SingleTokenCall*, void>)_code)(&call);
        }

        if (done < rows)
        {
            _tiles.Multiply(w + (done * rowBytes), rowBytes, rows - done, cols, x, y + done, yStride, scratch, worker);
        }
    }
}
