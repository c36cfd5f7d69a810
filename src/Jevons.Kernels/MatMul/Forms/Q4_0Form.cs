using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Jevons.Kernels.Quantization;
using Jevons.Numerics.Blocks;

namespace Jevons.Kernels.Products;

/// <summary>Q4_0: q = nibble - 8, scale d.</summary>
internal readonly struct Q4_0Form : IQuantForm<BlockQ4_0>
{
    /// <inheritdoc/>
    public static int GroupLength => 32;

    /// <inheritdoc/>
    public static int Offset => 8;

    /// <inheritdoc/>
    public static int Bits => 4;

    /// <inheritdoc/>
    public static bool HasMinimum => false;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<sbyte> Values(in BlockQ4_0 block, int j) => Lanes16.Field(Vector128.LoadUnsafe(in block.Qs[0]), 4 * j, 15).AsSByte() - Vector128.Create((sbyte)8);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Scale(in BlockQ4_0 block, int group) => (float)block.D;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Minimum(in BlockQ4_0 block, int group) => 0;
}
