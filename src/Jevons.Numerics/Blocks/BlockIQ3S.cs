using System.Runtime.InteropServices;

namespace Jevons.Numerics.Blocks;

/// <summary>
/// IQ3_S: 256 elements in 110 bytes (3.4375 bits per weight). Rows of 4 from a codebook of 512.
/// Group f = i / 4 has row index <c>Qs[f]</c> plus bit f mod 8 of <c>Qh[f / 8]</c> as its ninth bit; y = (d * (1 + 2
/// scale)) * row.
/// </summary>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
public struct BlockIQ3S : IQuantBlock<BlockIQ3S>
{
    /// <summary>Scale d.</summary>
    public Half D;

    /// <summary>Low 8 bits of the row indices.</summary>
    public Bytes64 Qs;

    /// <summary>Ninth bits of the row indices.</summary>
    public Bytes8 Qh;

    /// <summary>Sign bits per group of 8.</summary>
    public Bytes32 Signs;

    /// <summary>4-bit scale per 32 elements, low nibble first.</summary>
    public Bytes4 Scales;

    /// <inheritdoc/>
    public static TensorType Type => TensorType.IQ3_S;

    /// <inheritdoc/>
    public static int Length => 256;
}
