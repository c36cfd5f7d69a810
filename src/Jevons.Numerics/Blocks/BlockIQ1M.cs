using System.Runtime.InteropServices;

namespace Jevons.Numerics.Blocks;

/// <summary>
/// IQ1_M: 256 elements in 56 bytes (1.75 bits per weight). Ternary rows of 8 from IQ1_S's codebook.
/// Nibble g = i / 8 of <see cref="Qh"/> holds the high 3 bits of a row index and the sign of the offset. The top nibbles
/// of the four words of <see cref="Scales"/> are the bits of the half-precision scale d, their low 12 bits four 3-bit
/// scales each; y = (d * (2 scale + 1)) * (row + offset), offset = 0.125 or -0.125.
/// </summary>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
public struct BlockIQ1M : IQuantBlock<BlockIQ1M>
{
    /// <summary>Low 8 bits of the row indices.</summary>
    public Bytes32 Qs;

    /// <summary>High 3 bits of the row index and offset sign per group of 8, low nibble first.</summary>
    public Bytes16 Qh;

    /// <summary>3-bit scale per 16 elements; the block scale in the top nibbles.</summary>
    public UInt16s4 Scales;

    /// <inheritdoc/>
    public static TensorType Type => TensorType.IQ1_M;

    /// <inheritdoc/>
    public static int Length => 256;
}
