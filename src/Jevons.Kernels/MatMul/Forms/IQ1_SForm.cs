using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Jevons.Kernels.Quantization;
using Jevons.Numerics.Blocks;

namespace Jevons.Kernels.Products;

/// <summary>IQ1_S: q = 8 * row + 1 or 8 * row - 1, scale (d * (2 s + 1)) / 8 per 32: row plus or minus an eighth, exactly.</summary>
internal readonly struct IQ1_SForm : IQuantForm<BlockIQ1S>
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
    public static Vector128<sbyte> Values(in BlockIQ1S block, int j)
    {
        int offset = (block.Qh[j >> 1] & 0x8000) != 0 ? -1 : 1;
        Vector128<sbyte> rows = Vector128.Create(Codebooks.Iq1S[Row(block, 2 * j)], Codebooks.Iq1S[Row(block, (2 * j) + 1)]).AsSByte();
        return (rows << 3) + Vector128.Create((sbyte)offset);
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Scale(in BlockIQ1S block, int group) => (float)block.D * ((2 * (block.Qh[group] >> 12 & 7)) + 1) * Codebooks.Iq1Delta;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Minimum(in BlockIQ1S block, int group) => 0;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int Row(in BlockIQ1S block, int g) => block.Qs[g] | (block.Qh[g >> 2] >> (3 * (g & 3)) & 7) << 8;
}
