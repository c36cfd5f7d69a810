using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Jevons.Kernels.Quantization;
using Jevons.Numerics.Blocks;

namespace Jevons.Kernels.Products;

/// <summary>Q4_K: q = nibble, scale d * s, minimum dmin * m, per 32.</summary>
internal readonly struct Q4_KForm : IQuantForm<BlockQ4K>
{
    /// <inheritdoc/>
    public static int GroupLength => 32;

    /// <inheritdoc/>
    public static int Offset => 0;

    /// <inheritdoc/>
    public static int Bits => 4;

    /// <inheritdoc/>
    public static bool HasMinimum => true;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<sbyte> Values(in BlockQ4K block, int j)
    {
        nuint at = (nuint)((32 * (j >> 2)) + (16 * (j & 1)));
        return Lanes16.Field(Vector128.LoadUnsafe(in block.Qs[0], at), 4 * (j >> 1 & 1), 15).AsSByte();
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Scale(in BlockQ4K block, int group) => (float)block.D * PackedScales.ScaleAndMin(block.Scales, group).Scale;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Minimum(in BlockQ4K block, int group) => (float)block.DMin * PackedScales.ScaleAndMin(block.Scales, group).Min;
}
