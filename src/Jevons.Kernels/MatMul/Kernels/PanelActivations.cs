namespace Jevons.Kernels.Products;

/// <summary>The int8 rows of some tokens over the columns of a tile.</summary>
/// <param name="row">First byte of the first token's row.</param>
/// <param name="rowBytes">Bytes from one token to the next.</param>
/// <param name="cols">K of the whole product: it places the parts of a row.</param>
/// <param name="firstCol">First column of the tile.</param>
/// <param name="count">Columns of the tile.</param>
/// <param name="tokens">Tokens.</param>
internal readonly unsafe struct PanelActivations(byte* row, long rowBytes, int cols, int firstCol, int count, int tokens)
{
    /// <summary>int8 values of the first token, from the first column.</summary>
    public readonly byte* Values = row + firstCol;

    /// <summary>Bytes from one token to the next, for every part.</summary>
    public readonly long RowBytes = rowBytes;

    /// <summary>Columns.</summary>
    public readonly int Cols = count;

    /// <summary>Tokens.</summary>
    public readonly int Tokens = tokens;

    /// <summary>Bytes from Values to the scale of the first group.</summary>
    public readonly long ToScales = QuantizedRow.Scales(cols) + (firstCol / 32 * 4) - firstCol;

    /// <summary>Bytes from Values to the first integer sum of a group of 32.</summary>
    public readonly long ToSums32 = QuantizedRow.Sums32(cols) + (firstCol / 32 * 4) - firstCol;

    /// <summary>Bytes from Values to the first integer sum of a group of 16.</summary>
    public readonly long ToSums16 = QuantizedRow.Sums16(cols) + (firstCol / 16 * 4) - firstCol;

    /// <summary>Bytes from Values to the first scaled sum of a group of 32.</summary>
    public readonly long ToScaledSums32 = QuantizedRow.ScaledSums32(cols) + (firstCol / 32 * 4) - firstCol;

    /// <summary>Bytes from Values to the first scaled sum of a group of 16.</summary>
    public readonly long ToScaledSums16 = QuantizedRow.ScaledSums16(cols) + (firstCol / 16 * 4) - firstCol;
}
