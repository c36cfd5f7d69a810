namespace Jevons.Kernels.Products;

/// <summary>
/// 16 rows of weights over some columns, unpacked so that rows are lanes: bytes 64 j + 4 r .. + 3 of Values are elements
/// 4 j .. 4 j + 3 of row r, each with the form's offset added (0..255); Scales and NegatedMinima hold one float per group and
/// row, row by row within a group. Every instruction set uses this layout, a narrower register takes a slice of the rows.
/// </summary>
internal readonly unsafe struct PanelTile
{
    /// <summary>Rows of a tile.</summary>
    public const int Rows = 16;

    /// <summary>Most columns of a tile: it stays in the first-level cache beside the activations.</summary>
    public const int MaxCols = 512;

    /// <summary>Where the scales lie, in bytes from the values.</summary>
    public const int ScalesAt = MaxCols * Rows;

    /// <summary>Where the minima lie, in bytes from the values.</summary>
    public const int MinimaAt = ScalesAt + (MaxCols / 16 * Rows * sizeof(float));

    /// <summary>Bytes of a tile's memory.</summary>
    public const int Bytes = MinimaAt + (MaxCols / 16 * Rows * sizeof(float));

    /// <summary>A tile in 64-byte aligned memory.</summary>
    /// <param name="memory">Bytes bytes.</param>
    public PanelTile(byte* memory)
    {
        Values = memory;
        Scales = (float*)(memory + ScalesAt);
        NegatedMinima = (float*)(memory + MinimaAt);
    }

    /// <summary>The tile behind this one.</summary>
    public PanelTile Next => new(Values + Bytes);

    /// <summary>Elements.</summary>
    public byte* Values { get; }

    /// <summary>Scales.</summary>
    public float* Scales { get; }

    /// <summary>Minima with their sign turned, as they are added; undefined where the form has none.</summary>
    public float* NegatedMinima { get; }
}
