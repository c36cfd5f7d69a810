using System.Runtime.InteropServices;

namespace Jevons.Kernels.Generated;

/// <summary>Operands of a generated panel kernel. Tiles and Acc change as it runs.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct VnniPanelCall
{
    /// <summary>The first tile; the others follow.</summary>
    public byte* Tile;

    /// <summary>Tiles; at least 1.</summary>
    public long Tiles;

    /// <summary>The first token's groups.</summary>
    public byte* X;

    /// <summary>Bytes from one token to the next.</summary>
    public long XStride;

    /// <summary>Sums of the first token.</summary>
    public float* Acc;

    /// <summary>Bytes from one token's sums to the next.</summary>
    public long AccStride;

    /// <summary>Groups of 32 columns; at least 1.</summary>
    public long Groups;

    /// <summary>Tokens; at least 1.</summary>
    public long Tokens;

    /// <summary>0 where sums begin at +0, 0xFFFF where they go on.</summary>
    public long KeepMask;
}
