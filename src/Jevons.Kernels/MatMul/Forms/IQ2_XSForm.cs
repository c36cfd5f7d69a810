using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Jevons.Kernels.Quantization;
using Jevons.Numerics.Blocks;

namespace Jevons.Kernels.Products;

/// <summary>IQ2_XS: q = signed magnitudes out of a codebook, scale (d * (0.5 + s)) * 0.25 per 16.</summary>
internal readonly struct IQ2_XSForm : IQuantForm<BlockIQ2XS>
{
    /// <inheritdoc/>
    public static int GroupLength => 16;

    /// <inheritdoc/>
    public static int Offset => 64;

    /// <inheritdoc/>
    public static int Bits => 7;

    /// <inheritdoc/>
    public static bool HasMinimum => false;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<sbyte> Values(in BlockIQ2XS block, int j)
    {
        int first = block.Qs[2 * j];
        int second = block.Qs[(2 * j) + 1];
        Vector128<sbyte> rows = Vector128.Create(Codebooks.Iq2Xs[first & 511], Codebooks.Iq2Xs[second & 511]).AsSByte();
        return Lanes16.Sign(rows, (ushort)(Codebooks.Signs[first >> 9] | Codebooks.Signs[second >> 9] << 8));
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Scale(in BlockIQ2XS block, int group) => (float)block.D * (0.5f + (block.Scales[group >> 1] >> (4 * (group & 1)) & 15)) * 0.25f;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Minimum(in BlockIQ2XS block, int group) => 0;
}
