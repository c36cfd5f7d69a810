using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Jevons.Kernels.Quantization;
using Jevons.Numerics.Blocks;

namespace Jevons.Kernels.Products;

/// <summary>IQ2_XXS: q = signed magnitudes out of a codebook, scale (d * (0.5 + s)) * 0.25 per 32.</summary>
internal readonly struct IQ2_XXSForm : IQuantForm<BlockIQ2XXS>
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
    public static Vector128<sbyte> Values(in BlockIQ2XXS block, int j)
    {
        // Sixteen j takes groups of 8 number 2 (j mod 2) and 2 (j mod 2) + 1 of words A and B of its sub-block.
        uint a = block.Qs[j & ~1] >> (16 * (j & 1));
        uint signs = block.Qs[j | 1] >> (14 * (j & 1));
        Vector128<sbyte> rows = Vector128.Create(Codebooks.Iq2Xxs[(int)(a & 255)], Codebooks.Iq2Xxs[(int)(a >> 8 & 255)]).AsSByte();
        int pair = Codebooks.Signs[(int)(signs & 127)] | Codebooks.Signs[(int)(signs >> 7 & 127)] << 8;
        return Lanes16.Sign(rows, (ushort)pair);
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Scale(in BlockIQ2XXS block, int group) => (float)block.D * (0.5f + (block.Qs[(2 * group) + 1] >> 28)) * 0.25f;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Minimum(in BlockIQ2XXS block, int group) => 0;
}
