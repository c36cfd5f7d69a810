using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Jevons.Kernels.Quantization;
using Jevons.Numerics.Blocks;

namespace Jevons.Kernels.Products;

/// <summary>IQ2_S: q = magnitudes out of a codebook with stored signs, scale (d * (0.5 + s)) * 0.25 per 16.</summary>
internal readonly struct IQ2_SForm : IQuantForm<BlockIQ2S>
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
    public static Vector128<sbyte> Values(in BlockIQ2S block, int j)
    {
        Vector128<sbyte> rows = Vector128.Create(Codebooks.Iq2S[Row(block, 2 * j)], Codebooks.Iq2S[Row(block, (2 * j) + 1)]).AsSByte();
        return Lanes16.Sign(rows, (ushort)(block.Signs[2 * j] | block.Signs[(2 * j) + 1] << 8));
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Scale(in BlockIQ2S block, int group) => (float)block.D * (0.5f + (block.Scales[group >> 1] >> (4 * (group & 1)) & 15)) * 0.25f;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Minimum(in BlockIQ2S block, int group) => 0;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int Row(in BlockIQ2S block, int g) => block.Qs[g] | (block.Qh[g >> 2] >> (2 * (g & 3)) & 3) << 8;
}
