using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Jevons.Numerics.Blocks;

namespace Jevons.Kernels.Products;

/// <summary>Q8_0: q as stored, scale d.</summary>
internal readonly struct Q8_0Form : IQuantForm<BlockQ8_0>
{
    /// <inheritdoc/>
    public static int GroupLength => 32;

    /// <inheritdoc/>
    public static int Offset => 128;

    /// <inheritdoc/>
    public static int Bits => 8;

    /// <inheritdoc/>
    public static bool HasMinimum => false;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<sbyte> Values(in BlockQ8_0 block, int j) => Vector128.LoadUnsafe(in block.Qs[0], (nuint)(16 * j));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Scale(in BlockQ8_0 block, int group) => (float)block.D;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Minimum(in BlockQ8_0 block, int group) => 0;
}
