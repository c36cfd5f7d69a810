using System.Runtime.InteropServices;

namespace Jevons.Kernels.Generated;

/// <summary>Operands of a generated kernel for one token: panels of 16 stored rows, from their first column to their last.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct SingleTokenCall
{
    /// <summary>The first row.</summary>
    public byte* W;

    /// <summary>Bytes from one row to the next.</summary>
    public long RowBytes;

    /// <summary>The token's groups.</summary>
    public byte* X;

    /// <summary>Blocks of a row; at least 1.</summary>
    public long Blocks;

    /// <summary>One float per row.</summary>
    public float* Y;

    /// <summary>Panels; at least 1.</summary>
    public long Panels;

    /// <summary>16 vectors of 16 floats, 64-byte aligned: scales of a block where registers do not hold them.</summary>
    public float* Spare;
}
