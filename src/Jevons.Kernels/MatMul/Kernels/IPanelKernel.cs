namespace Jevons.Kernels.Products;

/// <summary>
/// Spends a tile on some tokens: the inner loop of the quantised product, chosen once when a matrix is made. All
/// implementations give the same bits (<see cref="QuantProduct"/>).
/// </summary>
internal unsafe interface IPanelKernel
{
    /// <summary>acc[t, r] = the groups of the tile added, ascending, to acc[t, r], or to 0.</summary>
    /// <param name="tile">16 rows.</param>
    /// <param name="x">Activations.</param>
    /// <param name="acc">16 sums per token.</param>
    /// <param name="accStride">Floats from one token to the next.</param>
    /// <param name="first">True when sums begin here.</param>
    /// <param name="spare">SpareBytes bytes, 64-byte aligned, undefined content.</param>
    static abstract void Multiply(PanelTile tile, in PanelActivations x, float* acc, long accStride, bool first, byte* spare);

    /// <summary>Bytes of private memory that Multiply needs.</summary>
    static abstract int SpareBytes { get; }
}
