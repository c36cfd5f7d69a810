using System.Runtime.InteropServices;

namespace Jevons.Numerics.Blocks;

/// <summary>
/// IQ2_XS: 256 elements in 74 bytes (2.3125 bits per weight). Rows of 8 from a codebook of 512.
/// Word g = i / 8 holds a row index in its low 9 and a sign index in its high 7 bits; y = (d * (0.5 + scale)) * 0.25 *
/// row.
/// </summary>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
public struct BlockIQ2XS : IQuantBlock<BlockIQ2XS>
{
    /// <summary>Scale d.</summary>
    public Half D;

    /// <summary>Row and sign index per group of 8.</summary>
    public UInt16s32 Qs;

    /// <summary>4-bit scale per 16 elements, low nibble first.</summary>
    public Bytes8 Scales;

    /// <inheritdoc/>
    public static TensorType Type => TensorType.IQ2_XS;

    /// <inheritdoc/>
    public static int Length => 256;
}
