using System.Runtime.InteropServices;

namespace Jevons.Numerics.Blocks;

/// <summary>
/// Q4_1: 32 elements in 20 bytes (5 bits per weight). y = q * d + m, q in 0..15.
/// Byte j of <see cref="Qs"/> holds element j in its low nibble and element j + 16 in its high nibble.
/// </summary>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
public struct BlockQ4_1 : IQuantBlock<BlockQ4_1>
{
    /// <summary>Scale d.</summary>
    public Half D;

    /// <summary>Minimum m.</summary>
    public Half M;

    /// <summary>4-bit values.</summary>
    public Bytes16 Qs;

    /// <inheritdoc/>
    public static TensorType Type => TensorType.Q4_1;

    /// <inheritdoc/>
    public static int Length => 32;
}
