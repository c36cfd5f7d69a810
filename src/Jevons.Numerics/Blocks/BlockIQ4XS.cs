using System.Runtime.InteropServices;

namespace Jevons.Numerics.Blocks;

/// <summary>
/// IQ4_XS: 256 elements in 136 bytes (4.25 bits per weight). y = (d * (scale - 32)) * T[q] with IQ4_NL's table T.
/// Sub-block j = i / 32 has its 6-bit scale's low nibble in <see cref="ScalesLow"/> and its high bits in bits 2j of <see
/// cref="ScalesHigh"/>. Its elements are the low nibbles, then the high nibbles, of <c>Qs[16 j ..]</c>.
/// </summary>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
public struct BlockIQ4XS : IQuantBlock<BlockIQ4XS>
{
    /// <summary>Scale of the scales.</summary>
    public Half D;

    /// <summary>High 2 bits of the eight scales.</summary>
    public ushort ScalesHigh;

    /// <summary>Low 4 bits of the eight scales.</summary>
    public Bytes4 ScalesLow;

    /// <summary>4-bit indices into the table.</summary>
    public Bytes128 Qs;

    /// <inheritdoc/>
    public static TensorType Type => TensorType.IQ4_XS;

    /// <inheritdoc/>
    public static int Length => 256;
}
