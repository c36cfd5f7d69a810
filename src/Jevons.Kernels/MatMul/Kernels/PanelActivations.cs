namespace Jevons.Kernels.Products;

/// <summary>The rows of some tokens over the columns of a tile: int8 with what stands beside it, or f32.</summary>
internal readonly unsafe struct PanelActivations
{
    /// <summary>The first token, from the first column.</summary>
    public readonly byte* Values;

    /// <summary>Bytes from one token to the next.</summary>
    public readonly long RowBytes;

    /// <summary>Columns.</summary>
    public readonly int Cols;

    /// <summary>Tokens.</summary>
    public readonly int Tokens;

    /// <summary>int8 rows.</summary>
    /// <param name="row">First byte of the first token's row.</param>
    /// <param name="rowBytes">Bytes from one token to the next.</param>
    /// <param name="firstCol">First column of the tile.</param>
    /// <param name="count">Columns of the tile.</param>
    /// <param name="tokens">Tokens.</param>
    public PanelActivations(byte* row, long rowBytes, int firstCol, int count, int tokens)
    {
        Values = row + (firstCol / QuantizedRow.GroupLength * (long)QuantizedRow.GroupBytes);
        RowBytes = rowBytes;
        Cols = count;
        Tokens = tokens;
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

    private PanelActivations(in PanelActivations all, int first, int count)
    {
        this = all;
        Values += first * RowBytes;
        Tokens = count;
    }

    /// <summary>Some of the tokens.</summary>
    /// <param name="first">First token.</param>
    /// <param name="count">Tokens.</param>
    /// <returns>A view of the same columns.</returns>
    public PanelActivations Part(int first, int count) => new(in this, first, count);
}
