using System.Runtime.InteropServices;

namespace Jevons.Numerics.Blocks;

/// <summary>
/// Q8_0: 32 elements in 34 bytes (8.5 bits per weight). y = q * d.
/// </summary>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
public struct BlockQ8_0 : IQuantBlock<BlockQ8_0>
{
    /// <summary>Scale d.</summary>
    public Half D;

    /// <summary>8-bit values, in element order.</summary>
    public SBytes32 Qs;

    /// <inheritdoc/>
    public static TensorType Type => TensorType.Q8_0;

    /// <inheritdoc/>
    public static int Length => 32;
}
