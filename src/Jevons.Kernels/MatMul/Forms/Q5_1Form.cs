using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Jevons.Kernels.Quantization;
using Jevons.Numerics.Blocks;

namespace Jevons.Kernels.Products;

/// <summary>Q5_1: q = nibble + 16 * high bit, scale d, minimum -m.</summary>
internal readonly struct Q5_1Form : IQuantForm<BlockQ5_1>
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
    public static Vector128<sbyte> Values(in BlockQ5_1 block, int j)
    {
        Vector128<byte> high = Lanes16.Mask((ushort)(block.Qh >> (16 * j))) & Vector128.Create((byte)16);
        return (Lanes16.Field(Vector128.LoadUnsafe(in block.Qs[0]), 4 * j, 15) | high).AsSByte();
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Scale(in BlockQ5_1 block, int group) => (float)block.D;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Minimum(in BlockQ5_1 block, int group) => -(float)block.M;
}
