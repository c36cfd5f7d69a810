using System.Runtime.InteropServices;

namespace Jevons.Numerics.Blocks;

/// <summary>
/// IQ4_NL: 32 elements in 18 bytes (4.5 bits per weight). y = d * T[q] with a table T of 16 uneven levels.
/// Byte j of <see cref="Qs"/> holds element j in its low nibble and element j + 16 in its high nibble.
/// </summary>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
public struct BlockIQ4NL : IQuantBlock<BlockIQ4NL>
{
    /// <summary>Scale d.</summary>
    public Half D;

    /// <summary>4-bit indices into the table.</summary>
    public Bytes16 Qs;

    /// <inheritdoc/>
    public static TensorType Type => TensorType.IQ4_NL;

    /// <inheritdoc/>
    public static int Length => 32;
}
