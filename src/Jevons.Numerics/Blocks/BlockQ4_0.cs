using System.Runtime.InteropServices;

namespace Jevons.Numerics.Blocks;

/// <summary>
/// Q4_0: 32 elements in 18 bytes (4.5 bits per weight). y = (q - 8) * d, q in 0..15.
/// Byte j of <see cref="Qs"/> holds element j in its low nibble and element j + 16 in its high nibble.
/// </summary>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
public struct BlockQ4_0 : IQuantBlock<BlockQ4_0>
{
    /// <summary>Scale d.</summary>
    public Half D;

    /// <summary>4-bit values.</summary>
    public Bytes16 Qs;

    /// <inheritdoc/>
    public static TensorType Type => TensorType.Q4_0;

    /// <inheritdoc/>
    public static int Length => 32;
}
