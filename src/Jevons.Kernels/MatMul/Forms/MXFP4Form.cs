using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Jevons.Kernels.Quantization;
using Jevons.Numerics.Blocks;

namespace Jevons.Kernels.Products;

/// <summary>MXFP4: q out of the doubled values of e2m1, scale 2^(e - 128).</summary>
internal readonly struct MXFP4Form : IQuantForm<BlockMXFP4>
{
    /// <inheritdoc/>
    public static int GroupLength => 32;

    /// <inheritdoc/>
    public static int Offset => 16;

    /// <inheritdoc/>
    public static int Bits => 5;

    /// <inheritdoc/>
    public static bool HasMinimum => false;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<sbyte> Values(in BlockMXFP4 block, int j)
    {
        Vector128<sbyte> table = Vector128.LoadUnsafe(ref MemoryMarshal.GetReference(Codebooks.Mxfp4));
        return Vector128.ShuffleNative(table, Lanes16.Field(Vector128.LoadUnsafe(in block.Qs[0]), 4 * j, 15).AsSByte());
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Scale(in BlockMXFP4 block, int group) => MXFP4Decoder.Scale(block.E);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Minimum(in BlockMXFP4 block, int group) => 0;
}
