using System.Runtime.InteropServices;

namespace Jevons.Numerics.Blocks;

/// <summary>
/// Q5_K: 256 elements in 176 bytes (5.5 bits per weight). y = (d * scale) * q - dmin * min, q in 0..31.
/// As <see cref="BlockQ4K"/>, with 16 added where bit j = i / 32 of <c>Qh[i mod 32]</c> is set.
/// </summary>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
public struct BlockQ5K : IQuantBlock<BlockQ5K>
{
    /// <summary>Scale of the scales.</summary>
    public Half D;

    /// <summary>Scale of the minima.</summary>
    public Half DMin;

    /// <summary>Eight 6-bit scales and minima, packed as in <see cref="BlockQ4K"/>.</summary>
    public Bytes12 Scales;

    /// <summary>Fifth bits.</summary>
    public Bytes32 Qh;

    /// <summary>Low 4 bits.</summary>
    public Bytes128 Qs;

    /// <inheritdoc/>
    public static TensorType Type => TensorType.Q5_K;

    /// <inheritdoc/>
    public static int Length => 256;
}
