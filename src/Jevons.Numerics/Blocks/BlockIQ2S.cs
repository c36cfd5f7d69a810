using System.Runtime.InteropServices;

namespace Jevons.Numerics.Blocks;

/// <summary>
/// IQ2_S: 256 elements in 82 bytes (2.5625 bits per weight). Rows of 8 from a codebook of 1024.
/// Group g = i / 8 has row index <c>Qs[g]</c> plus 2 high bits from <c>Qh[g / 4]</c> at bit 2 (g mod 4), and the sign
/// byte <c>Signs[g]</c>; y = (d * (0.5 + scale)) * 0.25 * row.
/// </summary>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
public struct BlockIQ2S : IQuantBlock<BlockIQ2S>
{
    /// <summary>Scale d.</summary>
    public Half D;

    /// <summary>Low 8 bits of the row indices.</summary>
    public Bytes32 Qs;

    /// <summary>Sign bits per group of 8.</summary>
    public Bytes32 Signs;

    /// <summary>High 2 bits of the row indices.</summary>
    public Bytes8 Qh;

    /// <summary>4-bit scale per 16 elements, low nibble first.</summary>
    public Bytes8 Scales;

    /// <inheritdoc/>
    public static TensorType Type => TensorType.IQ2_S;

    /// <inheritdoc/>
    public static int Length => 256;
}
