using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Jevons.Kernels.Quantization;
using Jevons.Numerics.Blocks;

namespace Jevons.Kernels.Products;

/// <summary>Q5_K: q = nibble + 16 * high bit, scale d * s, minimum dmin * m, per 32.</summary>
internal readonly struct Q5_KForm : IQuantForm<BlockQ5K>
{
    /// <inheritdoc/>
    public static int GroupLength => 32;

    /// <inheritdoc/>
    public static int Offset => 0;

    /// <inheritdoc/>
    public static int Bits => 5;

    /// <inheritdoc/>
    public static bool HasMinimum => true;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<sbyte> Values(in BlockQ5K block, int j)
    {
        nuint at = (nuint)((32 * (j >> 2)) + (16 * (j & 1)));
        Vector128<byte> low = Lanes16.Field(Vector128.LoadUnsafe(in block.Qs[0], at), 4 * (j >> 1 & 1), 15);
        Vector128<byte> high = Lanes16.Field(Vector128.LoadUnsafe(in block.Qh[0], (nuint)(16 * (j & 1))), j >> 1, 1);
        return (low | (high << 4)).AsSByte();
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Scale(in BlockQ5K block, int group) => (float)block.D * PackedScales.ScaleAndMin(block.Scales, group).Scale;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Minimum(in BlockQ5K block, int group) => (float)block.DMin * PackedScales.ScaleAndMin(block.Scales, group).Min;
}
