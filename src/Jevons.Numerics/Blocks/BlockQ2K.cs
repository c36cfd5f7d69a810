using System.Runtime.InteropServices;

namespace Jevons.Numerics.Blocks;

/// <summary>
/// Q2_K: 256 elements in 84 bytes (2.625 bits per weight). y = (d * scale) * q - dmin * min, q in 0..3.
/// Element i = 128 n + 32 k + l with k in 0..3 and l in 0..31.
/// Its 2 bits are bits 2k of <c>Qs[32 n + l]</c>; its scale (low nibble) and minimum (high nibble) are <c>Scales[i / 16]</c>.
/// </summary>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
public struct BlockQ2K : IQuantBlock<BlockQ2K>
{
    /// <summary>Scale in the low, minimum in the high nibble, per 16 elements.</summary>
    public Bytes16 Scales;

    /// <summary>2-bit values.</summary>
    public Bytes64 Qs;

    /// <summary>Scale of the scales.</summary>
    public Half D;

    /// <summary>Scale of the minima.</summary>
    public Half DMin;

    /// <inheritdoc/>
    public static TensorType Type => TensorType.Q2_K;

    /// <inheritdoc/>
    public static int Length => 256;
}
