using System.Runtime.InteropServices;

namespace Jevons.Numerics.Blocks;

/// <summary>
/// Q6_K: 256 elements in 210 bytes (6.5625 bits per weight). y = (d * scale) * q, q in -32..31.
/// Element i = 128 n + 32 k + l with k in 0..3 and l in 0..31.
/// Its low 4 bits are a nibble of <c>Ql[64 n + 32 (k mod 2) + l]</c> (low for k below 2), its high 2 bits are bits 2k of
/// <c>Qh[32 n + l]</c>.
/// </summary>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
public struct BlockQ6K : IQuantBlock<BlockQ6K>
{
    /// <summary>Low 4 bits.</summary>
    public Bytes128 Ql;

    /// <summary>High 2 bits.</summary>
    public Bytes64 Qh;

    /// <summary>Scale per 16 elements.</summary>
    public SBytes16 Scales;

    /// <summary>Scale of the scales.</summary>
    public Half D;

    /// <inheritdoc/>
    public static TensorType Type => TensorType.Q6_K;

    /// <inheritdoc/>
    public static int Length => 256;
}
