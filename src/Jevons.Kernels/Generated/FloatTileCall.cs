using System.Runtime.InteropServices;

namespace Jevons.Kernels.Generated;

/// <summary>Operands of a generated float tile kernel. RowTiles changes as it runs.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct FloatTileCall
{
    /// <summary>The first row.</summary>
    public byte* W;

    /// <summary>Bytes from one stored row to the next; rows of a strip are <see cref="Products.StripProduct.RowFloats"/> floats apart.</summary>
    public long RowBytes;

    /// <summary>The first token's columns.</summary>
    public byte* X;

    /// <summary>Bytes from one token to the next.</summary>
    public long XStride;

    /// <summary>Sums of the first tile; a tile's tokens follow one another, four rows of 16 lanes each.</summary>
    public float* Sums;

    /// <summary>Steps; at least 1.</summary>
    public long Steps;

    /// <summary>Tiles of four rows; at least 1.</summary>
    public long RowTiles;

    /// <summary>0 where sums begin at +0, 1 where they go on.</summary>
    public long Keep;

    /// <summary>Where folded sums go: the first token's outputs of the first row. Kernels that fold alone read this and what follows.</summary>
    public float* Y;

    /// <summary>Bytes from one token's outputs to the next token's.</summary>
    public long YStride;

    /// <summary>0 where folded sums replace the outputs, 0xF where they are added.</summary>
    public long AddMask;
}
