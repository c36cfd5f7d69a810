using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Jevons.Kernels.Quantization;
using Jevons.Numerics.Blocks;

namespace Jevons.Kernels.Products;

/// <summary>IQ3_S: q = magnitudes out of a codebook of rows of 4 with stored signs, scale d * (1 + 2 s) per 32.</summary>
internal readonly struct IQ3_SForm : IQuantForm<BlockIQ3S>
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
    public static Vector128<sbyte> Values(in BlockIQ3S block, int j)
    {
        Vector128<sbyte> rows = Vector128.Create(
            Codebooks.Iq3S[Row(block, 4 * j)],
            Codebooks.Iq3S[Row(block, (4 * j) + 1)],
            Codebooks.Iq3S[Row(block, (4 * j) + 2)],
            Codebooks.Iq3S[Row(block, (4 * j) + 3)]).AsSByte();
        return Lanes16.Sign(rows, (ushort)(block.Signs[2 * j] | block.Signs[(2 * j) + 1] << 8));
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Scale(in BlockIQ3S block, int group) => (float)block.D * (1 + (2 * (block.Scales[group >> 1] >> (4 * (group & 1)) & 15)));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Minimum(in BlockIQ3S block, int group) => 0;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int Row(in BlockIQ3S block, int f) => block.Qs[f] | (block.Qh[f >> 3] >> (f & 7) & 1) << 8;
}
