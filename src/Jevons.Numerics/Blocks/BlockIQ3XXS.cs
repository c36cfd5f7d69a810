using System.Runtime.InteropServices;

namespace Jevons.Numerics.Blocks;

/// <summary>
/// IQ3_XXS: 256 elements in 98 bytes (3.0625 bits per weight). Rows of 4 from a codebook of 256.
/// <c>Qs[i / 4]</c> is the row; word i / 32 holds four sign indices of 7 bits and a 4-bit scale on top; y = (d * (0.5 +
/// scale)) * 0.5 * row.
/// </summary>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
public struct BlockIQ3XXS : IQuantBlock<BlockIQ3XXS>
{
    /// <summary>Scale d.</summary>
    public Half D;

    /// <summary>Row index per group of 4.</summary>
    public Bytes64 Qs;

    /// <summary>Scale and sign indices per 32 elements.</summary>
    public UInt32s8 ScalesAndSigns;

    /// <inheritdoc/>
    public static TensorType Type => TensorType.IQ3_XXS;

    /// <inheritdoc/>
    public static int Length => 256;
}
