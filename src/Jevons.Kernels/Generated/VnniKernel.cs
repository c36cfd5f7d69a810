using System.Diagnostics;
using Jevons.Kernels.Products;

namespace Jevons.Kernels.Generated;

/// <summary>Spends a tile with a generated AVX-512 VNNI kernel: one instruction multiplies and adds 64 pairs of bytes.</summary>
/// <typeparam name="TShape">The weight type.</typeparam>
internal readonly unsafe struct VnniKernel<TShape> : IPanelKernel
    where TShape : struct, IGroupShape
{
    private static readonly void* s_code = VnniPanelCode.Build(TShape.GroupLength, TShape.Offset, TShape.HasMinimum);

    /// <inheritdoc/>
    public static int SumsPerRow => 1;

    // Activations of a call stay in the second-level cache while pair after pair of tiles meets them; and the garbage collector
    // waits for a call to end, so it is kept to some tens of microseconds.

    /// <inheritdoc/>
    public static int TokensPerCall => 192;

    /// <inheritdoc/>
    public static int SpareBytes => 0;

    /// <inheritdoc/>
    public static PanelActivations View(in ActivationRows x, int cols, int firstCol, int count) =>
        new(x.Quantized, QuantizedRow.Bytes(cols), firstCol, count, x.Count);

    /// <inheritdoc/>
    public static void Fold(float* sums)
    {
    }

    /// <inheritdoc/>
    public static void Multiply(PanelTile tile, int panels, in PanelActivations x, float* acc, long accStride, bool first, byte* spare)
    {
        Debug.Assert(x.Cols % 32 == 0 && x.Cols > 0 && x.Tokens > 0);
        VnniPanelCall call = new()
        {
            Tile = tile.Values,
            Tiles = panels,
            X = x.Values,
            XStride = x.RowBytes,
            Acc = acc,
            AccStride = accStride * sizeof(float),
            Groups = x.Cols / QuantizedRow.GroupLength,
            Tokens = x.Tokens,
            KeepMask = first ? 0 : 0xFFFF,
        };
        ((delegate* unmanaged[SuppressGCTransition]<VnniPanelCall*, void>)s_code)(&call);
    }
}
