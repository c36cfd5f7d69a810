using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Jevons.Kernels.Quantization;
using Jevons.Numerics.Blocks;

namespace Jevons.Kernels.Products;

/// <summary>Q6_K: q = 6 bits - 32, scale d * s per 16.</summary>
internal readonly struct Q6_KForm : IQuantForm<BlockQ6K>
{
    /// <inheritdoc/>
    public static int GroupLength => 16;

    /// <inheritdoc/>
    public static int Offset => 32;

    /// <inheritdoc/>
    public static int Bits => 6;

    /// <inheritdoc/>
    public static bool HasMinimum => false;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<sbyte> Values(in BlockQ6K block, int j)
    {
        // Sixteen j = 8 n + 2 k + half: low nibbles in bytes 64 n + 32 (k mod 2) + 16 half, high bits in 32 n + 16 half.
        int n = j >> 3;
        int k = j >> 1 & 3;
        int half = j & 1;
        Vector128<byte> low = Vector128.LoadUnsafe(in block.Ql[0], (nuint)((64 * n) + (32 * (k & 1)) + (16 * half)));
        Vector128<byte> high = Vector128.LoadUnsafe(in block.Qh[0], (nuint)((32 * n) + (16 * half)));
        Vector128<byte> q = Lanes16.Field(low, 4 * (k >> 1), 15) | (Lanes16.Field(high, 2 * k, 3) << 4);
        return (q - Vector128.Create((byte)32)).AsSByte();
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Scale(in BlockQ6K block, int group) => (float)block.D * block.Scales[group];

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Minimum(in BlockQ6K block, int group) => 0;
}
