using System.Runtime.InteropServices;

namespace Jevons.Numerics.Blocks;

/// <summary>
/// IQ2_XXS: 256 elements in 66 bytes (2.0625 bits per weight). Rows of 8 from a codebook of 256.
/// Sub-block i / 32 has two words: A holds four row indices of 8 bits, B four sign indices of 7 bits and a 4-bit scale on
/// top; y = (d * (0.5 + scale)) * 0.25 * row.
/// </summary>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
public struct BlockIQ2XXS : IQuantBlock<BlockIQ2XXS>
{
    /// <summary>Scale d.</summary>
    public Half D;

    /// <summary>Words A and B of each of the eight sub-blocks.</summary>
    public UInt32s16 Qs;

    /// <inheritdoc/>
    public static TensorType Type => TensorType.IQ2_XXS;

    /// <inheritdoc/>
    public static int Length => 256;
}
