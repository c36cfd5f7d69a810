using System.Runtime.InteropServices;

namespace Jevons.Numerics.Blocks;

/// <summary>
/// Q4_K: 256 elements in 144 bytes (4.5 bits per weight). y = (d * scale) * q - dmin * min, q in 0..15.
/// Sub-block j = i / 32 takes the low (j even) or high (j odd) nibbles of <c>Qs[32 (j / 2) ..]</c>. Scales and minima are
/// 6 bits wide: sub-blocks 0..3 lie in the low 6 bits of bytes 0..3 (scale) and 4..7 (minimum); those of 4..7 have their
/// low nibbles in bytes 8..11 and their high bits in the top of bytes 0..7.
/// </summary>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
public struct BlockQ4K : IQuantBlock<BlockQ4K>
{
    /// <summary>Scale of the scales.</summary>
    public Half D;

    /// <summary>Scale of the minima.</summary>
    public Half DMin;

    /// <summary>Eight 6-bit scales and minima, packed.</summary>
    public Bytes12 Scales;

    /// <summary>4-bit values.</summary>
    public Bytes128 Qs;

    /// <inheritdoc/>
    public static TensorType Type => TensorType.Q4_K;

    /// <inheritdoc/>
    public static int Length => 256;
}
