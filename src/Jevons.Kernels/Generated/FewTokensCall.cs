using System.Runtime.InteropServices;

namespace Jevons.Kernels.Generated;

/// <summary>Operands of a generated kernel for few tokens: panels of 16 stored rows, from their first column to their last.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct FewTokensCall
{
    /// <summary>The first row.</summary>
    public byte* W;

    /// <summary>Bytes from one row to the next.</summary>
    public long RowBytes;

    /// <summary>The first token's groups, or its columns in f32.</summary>
    public byte* X;

    /// <summary>Bytes from one token to the next.</summary>
    public long XStride;

    /// <summary>Blocks of a row; at least 1.</summary>
    public long Blocks;

    /// <summary>The first token's outputs, one float per row.</summary>
    public float* Y;

    /// <summary>Bytes from one token's outputs to the next.</summary>
    public long YStride;

    /// <summary>Panels; at least 1. Changes as the kernel runs, as W does.</summary>
    public long Panels;

    /// <summary>32 vectors of 16 floats, 64-byte aligned: scales of a block, and sums that wait, where registers do not hold them.</summary>
    public float* Spare;
}
