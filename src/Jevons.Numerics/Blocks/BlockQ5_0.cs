using System.Runtime.InteropServices;

namespace Jevons.Numerics.Blocks;

/// <summary>
/// Q5_0: 32 elements in 22 bytes (5.5 bits per weight). y = (q - 16) * d, q in 0..31.
/// Byte j of <see cref="Qs"/> holds element j in its low nibble and element j + 16 in its high nibble.
/// </summary>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
public struct BlockQ5_0 : IQuantBlock<BlockQ5_0>
{
    /// <summary>Scale d.</summary>
    public Half D;

    /// <summary>Fifth bits: bit i belongs to element i.</summary>
    public uint Qh;

    /// <summary>Low four bits.</summary>
    public Bytes16 Qs;

    /// <inheritdoc/>
    public static TensorType Type => TensorType.Q5_0;

    /// <inheritdoc/>
    public static int Length => 32;
}
