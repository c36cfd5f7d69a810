using System.Runtime.InteropServices;

namespace Jevons.Numerics.Blocks;

/// <summary>
/// Q5_1: 32 elements in 24 bytes (6 bits per weight). y = q * d + m, q in 0..31.
/// Byte j of <see cref="Qs"/> holds element j in its low nibble and element j + 16 in its high nibble.
/// </summary>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
public struct BlockQ5_1 : IQuantBlock<BlockQ5_1>
{
    /// <summary>Scale d.</summary>
    public Half D;

    /// <summary>Minimum m.</summary>
    public Half M;

    /// <summary>Fifth bits: bit i belongs to element i.</summary>
    public uint Qh;

    /// <summary>Low four bits.</summary>
    public Bytes16 Qs;

    /// <inheritdoc/>
    public static TensorType Type => TensorType.Q5_1;

    /// <inheritdoc/>
    public static int Length => 32;
}
