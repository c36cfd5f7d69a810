using Jevons.Kernels.Products;
using Jevons.Numerics.Blocks;

namespace Jevons.Kernels.Generated;

/// <summary>
/// Generated products: tiles for several tokens; for one, where the type has such a kernel, whole panels straight from the stored
/// rows. Both take the same steps.
/// </summary>
/// <typeparam name="TBlock">The block.</typeparam>
/// <typeparam name="TForm">How it reads as integers.</typeparam>
/// <typeparam name="TPacker">How 16 rows are unpacked.</typeparam>
internal sealed unsafe class VnniProduct<TBlock, TForm, TPacker> : QuantProduct
    where TBlock : unmanaged, IQuantBlock<TBlock>
    where TForm : struct, IQuantForm<TBlock>
    where TPacker : struct, IPanelPacker
{
    // Panels of a call: the garbage collector waits for a call to end, so it is kept to some tens of microseconds.
    private const int PanelsPerCall = 16;
    private const int SpareBytes = 16 * 16 * sizeof(float);

    private static readonly void* s_single = SingleTokenFormats.TryBuild(TBlock.Type);

    private readonly PanelProduct<TBlock, TPacker, VnniKernel<TForm>> _tiles = new();

    /// <inheritdoc/>
    public override void Multiply(
        byte* w, long rowBytes, int rows, int cols, in ActivationRows x, float* y, long yStride, Scratch scratch, int worker)
    {
        int panels = x.Count == 1 && s_single is not null ? rows / PanelTile.Rows : 0;
        for (int p = 0; p < panels; p += PanelsPerCall)
        {
            SingleTokenCall call = new()
            {
                W = w + (p * PanelTile.Rows * rowBytes),
                RowBytes = rowBytes,
                X = x.Quantized,
                Blocks = cols / TBlock.Length,
                Y = y + (p * PanelTile.Rows),
                Panels = Math.Min(PanelsPerCall, panels - p),
                Spare = (float*)scratch.Get(worker, SpareBytes),
            };
            ((delegate* unmanaged[SuppressGCTransition]<SingleTokenCall*, void>)s_single)(&call);
        }

        int done = panels * PanelTile.Rows;
        if (done < rows)
        {
            _tiles.Multiply(w + (done * rowBytes), rowBytes, rows - done, cols, x, y + done, yStride, scratch, worker);
        }
    }
}
