using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Jevons.Kernels.Quantization;
using Jevons.Numerics.Blocks;

namespace Jevons.Kernels.Products;

/// <summary>Q2_K: q = 2 bits, scale d * (low nibble), minimum dmin * (high nibble), per 16.</summary>
internal readonly struct Q2_KForm : IQuantForm<BlockQ2K>
{
    /// <inheritdoc/>
    public static int GroupLength => 16;

    /// <inheritdoc/>
    public static int Offset => 0;

    /// <inheritdoc/>
    public static int Bits => 2;

    /// <inheritdoc/>
    public static bool HasMinimum => true;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<sbyte> Values(in BlockQ2K block, int j)
    {
        // Sixteen j = 8 n + 2 k + half lies in bytes 32 n + 16 half, bits 2 k.
        Vector128<byte> qs = Vector128.LoadUnsafe(in block.Qs[0], (nuint)((32 * (j >> 3)) + (16 * (j & 1))));
        return Lanes16.Field(qs, j & 6, 3).AsSByte();
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Scale(in BlockQ2K block, int group) => (float)block.D * (block.Scales[group] & 15);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Minimum(in BlockQ2K block, int group) => (float)block.DMin * (block.Scales[group] >> 4);
}
