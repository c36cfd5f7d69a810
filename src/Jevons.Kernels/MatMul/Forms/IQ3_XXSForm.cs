using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Jevons.Kernels.Quantization;
using Jevons.Numerics.Blocks;

namespace Jevons.Kernels.Products;

/// <summary>IQ3_XXS: q = signed magnitudes out of a codebook of rows of 4, scale (d * (0.5 + s)) * 0.5 per 32.</summary>
internal readonly struct IQ3_XXSForm : IQuantForm<BlockIQ3XXS>
{
    /// <inheritdoc/>
    public static int GroupLength => 32;

    /// <inheritdoc/>
    public static int Offset => 64;

    /// <inheritdoc/>
    public static int Bits => 7;

    /// <inheritdoc/>
    public static bool HasMinimum => false;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<sbyte> Values(in BlockIQ3XXS block, int j)
    {
        uint signs = block.ScalesAndSigns[j >> 1] >> (14 * (j & 1));
        Vector128<sbyte> rows = Vector128.Create(
            Codebooks.Iq3Xxs[block.Qs[4 * j]],
            Codebooks.Iq3Xxs[block.Qs[(4 * j) + 1]],
            Codebooks.Iq3Xxs[block.Qs[(4 * j) + 2]],
            Codebooks.Iq3Xxs[block.Qs[(4 * j) + 3]]).AsSByte();
        int pair = Codebooks.Signs[(int)(signs & 127)] | Codebooks.Signs[(int)(signs >> 7 & 127)] << 8;
        return Lanes16.Sign(rows, (ushort)pair);
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Scale(in BlockIQ3XXS block, int group) => (float)block.D * (0.5f + (block.ScalesAndSigns[group] >> 28)) * 0.5f;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Minimum(in BlockIQ3XXS block, int group) => 0;
}
