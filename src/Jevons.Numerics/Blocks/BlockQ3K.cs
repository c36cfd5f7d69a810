using System.Runtime.InteropServices;

namespace Jevons.Numerics.Blocks;

/// <summary>
/// Q3_K: 256 elements in 110 bytes (3.4375 bits per weight). y = (d * (scale - 32)) * q, q in -4..3.
/// Element i = 128 n + 32 k + l with k in 0..3 and l in 0..31.
/// Its low 2 bits are bits 2k of <c>Qs[32 n + l]</c>; 4 is subtracted where bit i / 32 of <c>HMask[l]</c> is clear.
/// </summary>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
public struct BlockQ3K : IQuantBlock<BlockQ3K>
{
    /// <summary>Third bits.</summary>
    public Bytes32 HMask;

    /// <summary>Low 2 bits.</summary>
    public Bytes64 Qs;

    /// <summary>Sixteen 6-bit scales: low nibbles in the first 8 bytes, high bit pairs in the last 4.</summary>
    public Bytes12 Scales;

    /// <summary>Scale of the scales.</summary>
    public Half D;

    /// <inheritdoc/>
    public static TensorType Type => TensorType.Q3_K;

    /// <inheritdoc/>
    public static int Length => 256;
}
