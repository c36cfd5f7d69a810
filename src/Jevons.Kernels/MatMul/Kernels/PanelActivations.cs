namespace Jevons.Kernels.Products;

/// <summary>The rows of some tokens over the columns of a tile: int8 with what stands beside it, or f32.</summary>
internal readonly unsafe struct PanelActivations
{
    /// <summary>Values of the first token, from the first column.</summary>
    public readonly byte* Values;

    /// <summary>Bytes from one token to the next, for every part.</summary>
    public readonly long RowBytes;

    /// <summary>Columns.</summary>
    public readonly int Cols;

    /// <summary>Tokens.</summary>
    public readonly int Tokens;

    /// <summary>Bytes from Values to the scale of the first group.</summary>
    public readonly long ToScales;

    /// <summary>Bytes from Values to the first integer sum of a group of 32.</summary>
    public readonly long ToSums32;

    /// <summary>Bytes from Values to the first integer sum of a group of 16.</summary>
    public readonly long ToSums16;

    /// <summary>Bytes from Values to the first scaled sum of a group of 32.</summary>
    public readonly long ToScaledSums32;

    /// <summary>Bytes from Values to the first scaled sum of a group of 16.</summary>
    public readonly long ToScaledSums16;

    /// <summary>int8 rows.</summary>
    /// <param name="row">First byte of the first token's row.</param>
    /// <param name="rowBytes">Bytes from one token to the next.</param>
    /// <param name="cols">K of the whole product: it places the parts of a row.</param>
    /// <param name="firstCol">First column of the tile.</param>
    /// <param name="count">Columns of the tile.</param>
    /// <param name="tokens">Tokens.</param>
    public PanelActivations(byte* row, long rowBytes, int cols, int firstCol, int count, int tokens)
    {
        Values = row + firstCol;
        RowBytes = rowBytes;
        Cols = count;
        Tokens = tokens;
        ToScales = QuantizedRow.Scales(cols) + (firstCol / 32 * 4) - firstCol;
        ToSums32 = QuantizedRow.Sums32(cols) + (firstCol / 32 * 4) - firstCol;
        ToSums16 = QuantizedRow.Sums16(cols) + (firstCol / 16 * 4) - firstCol;
        ToScaledSums32 = QuantizedRow.ScaledSums32(cols) + (firstCol / 32 * 4) - firstCol;
        ToScaledSums16 = QuantizedRow.ScaledSums16(cols) + (firstCol / 16 * 4) - firstCol;
    }

    /// <summary>f32 rows.</summary>
    /// <param name="x">All activations.</param>
    /// <param name="firstCol">First column of the tile.</param>
    /// <param name="count">Columns of the tile.</param>
    public PanelActivations(Tensor x, int firstCol, int count)
    {
        Values = (byte*)(x.Pointer + firstCol);
        RowBytes = (long)x.Stride * sizeof(float);
        Cols = count;
        Tokens = x.Rows;
    }
}
