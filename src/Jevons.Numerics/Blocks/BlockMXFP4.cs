using System.Runtime.InteropServices;

namespace Jevons.Numerics.Blocks;

/// <summary>
/// MXFP4: 32 elements in 17 bytes (4.25 bits per weight). y = K[q] * 2^(e - 128), K the doubled e2m1 values.
/// Byte j of <see cref="Qs"/> holds element j in its low nibble and element j + 16 in its high nibble.
/// OCP Microscaling Formats 1.0; the table is doubled so that it holds integers, hence 128 in place of 127.
/// </summary>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
public struct BlockMXFP4 : IQuantBlock<BlockMXFP4>
{
    /// <summary>Exponent e of the shared scale (e8m0).</summary>
    public byte E;

    /// <summary>4-bit e2m1 codes.</summary>
    public Bytes16 Qs;

    /// <inheritdoc/>
    public static TensorType Type => TensorType.MXFP4;

    /// <inheritdoc/>
    public static int Length => 32;
}
