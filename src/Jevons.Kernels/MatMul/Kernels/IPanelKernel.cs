namespace Jevons.Kernels.Products;

/// <summary>
/// Spends a tile on some tokens: the inner loop of a product, chosen once when a matrix is made. The int8 kernels give the
/// bits of <see cref="QuantProduct"/>, the exact one those of <see cref="FloatProduct"/>.
/// </summary>
internal unsafe interface IPanelKernel
{
    /// <summary>Sums that an output keeps from tile to tile: one, or 16 lanes.</summary>
    static abstract int SumsPerRow { get; }

    /// <summary>Bytes of private memory that Multiply needs.</summary>
    static abstract int SpareBytes { get; }

    /// <summary>Tokens of a call: as many as stay in the first-level cache while tile after tile meets them.</summary>
    static abstract int TokensPerCall { get; }

    /// <summary>The part of the activations that meets a tile.</summary>
    /// <param name="x">All activations.</param>
    /// <param name="cols">K.</param>
    /// <param name="firstCol">First column of the tile.</param>
    /// <param name="count">Columns of the tile.</param>
    static abstract PanelActivations View(in ActivationRows x, int cols, int firstCol, int count);

    /// <summary>acc[t, r] = the groups of the tiles added, ascending, to acc[t, r], or to 0.</summary>
    /// <param name="tile">The first 16 rows; the tiles of the next follow.</param>
    /// <param name="panels">Tiles.</param>
    /// <param name="x">Activations.</param>
    /// <param name="acc">16 rows of sums per tile and token, those of a token side by side.</param>
    /// <param name="accStride">Floats from one token to the next.</param>
    /// <param name="first">True when sums begin here.</param>
    /// <param name="spare">SpareBytes bytes, 64-byte aligned, undefined content.</param>
    static abstract void Multiply(PanelTile tile, int panels, in PanelActivations x, float* acc, long accStride, bool first, byte* spare);

    /// <summary>Where SumsPerRow is 16: folds the sums of one token, so that its 16 outputs come first.</summary>
    /// <param name="sums">16 lanes of 16 rows.</param>
    static abstract void Fold(float* sums);
}
