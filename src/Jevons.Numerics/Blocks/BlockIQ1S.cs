using System.Runtime.InteropServices;

namespace Jevons.Numerics.Blocks;

/// <summary>
/// IQ1_S: 256 elements in 50 bytes (1.5625 bits per weight). Ternary rows of 8 from a codebook of 2048.
/// Word b = i / 32 of <see cref="Qh"/> holds the high 3 bits of four row indices, a 3-bit scale at bit 12 and the sign of
/// the offset in bit 15; y = (d * (2 scale + 1)) * (row + offset), offset = 0.125 or -0.125.
/// </summary>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
public struct BlockIQ1S : IQuantBlock<BlockIQ1S>
{
    /// <summary>Scale d.</summary>
    public Half D;

    /// <summary>Low 8 bits of the row indices.</summary>
    public Bytes32 Qs;

    /// <summary>High bits, scale and offset sign per 32 elements.</summary>
    public UInt16s8 Qh;

    /// <inheritdoc/>
    public static TensorType Type => TensorType.IQ1_S;

    /// <inheritdoc/>
    public static int Length => 256;
}
