using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Jevons.Kernels.Quantization;
using Jevons.Numerics.Blocks;

namespace Jevons.Kernels.Products;

/// <summary>Q5_0: q = nibble + 16 * high bit - 16, scale d.</summary>
internal readonly struct Q5_0Form : IQuantForm<BlockQ5_0>
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
    public static Vector128<sbyte> Values(in BlockQ5_0 block, int j)
    {
        // A clear high bit means 16 less: q + 16 - 16 = q where it is set.
        Vector128<byte> less = Vector128.AndNot(Vector128.Create((byte)16), Lanes16.Mask((ushort)(block.Qh >> (16 * j))));
        return (Lanes16.Field(Vector128.LoadUnsafe(in block.Qs[0]), 4 * j, 15) - less).AsSByte();
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Scale(in BlockQ5_0 block, int group) => (float)block.D;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Minimum(in BlockQ5_0 block, int group) => 0;
}
