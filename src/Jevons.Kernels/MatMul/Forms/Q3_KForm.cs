using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Jevons.Kernels.Quantization;
using Jevons.Numerics.Blocks;

namespace Jevons.Kernels.Products;

/// <summary>Q3_K: q = 2 bits, less 4 where the mask bit is clear; scale d * (s - 32) per 16.</summary>
internal readonly struct Q3_KForm : IQuantForm<BlockQ3K>
{
    /// <inheritdoc/>
    public static int GroupLength => 16;

    /// <inheritdoc/>
    public static int Offset => 4;

    /// <inheritdoc/>
    public static int Bits => 3;

    /// <inheritdoc/>
    public static bool HasMinimum => false;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<sbyte> Values(in BlockQ3K block, int j)
    {
        // Sixteen j = 8 n + 2 k + half lies in bytes 32 n + 16 half, bits 2 k; its mask bit is bit j / 2 = 4 n + k.
        Vector128<byte> qs = Vector128.LoadUnsafe(in block.Qs[0], (nuint)((32 * (j >> 3)) + (16 * (j & 1))));
        Vector128<byte> mask = Vector128.LoadUnsafe(in block.HMask[0], (nuint)(16 * (j & 1)));
        return (Lanes16.Field(qs, j & 6, 3) + (Lanes16.Field(mask, j >> 1, 1) << 2) - Vector128.Create((byte)4)).AsSByte();
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Scale(in BlockQ3K block, int group) => (float)block.D * (PackedScales.Q3Scale(block.Scales, group) - 32);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Minimum(in BlockQ3K block, int group) => 0;
}
