using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Jevons.Kernels.Quantization;
using Jevons.Numerics.Blocks;

namespace Jevons.Kernels.Products;

/// <summary>IQ1_M: q = 8 * row + 1 or 8 * row - 1 by group of 8, scale (d * (2 s + 1)) / 8 per 16.</summary>
internal readonly struct IQ1_MForm : IQuantForm<BlockIQ1M>
{
    /// <inheritdoc/>
    public static int GroupLength => 16;

    /// <inheritdoc/>
    public static int Offset => 16;

    /// <inheritdoc/>
    public static int Bits => 5;

    /// <inheritdoc/>
    public static bool HasMinimum => false;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<sbyte> Values(in BlockIQ1M block, int j)
    {
        int first = Top(block, 2 * j);
        int second = Top(block, (2 * j) + 1);
        Vector128<sbyte> rows = Vector128.Create(
            Codebooks.Iq1S[block.Qs[2 * j] | (first & 7) << 8],
            Codebooks.Iq1S[block.Qs[(2 * j) + 1] | (second & 7) << 8]).AsSByte();

        // +1 in all lanes of a group, or -1 where bit 3 of its nibble is set.
        Vector64<sbyte> offsetFirst = Vector64.Create((sbyte)(1 - (first >> 2 & 2)));
        Vector64<sbyte> offsetSecond = Vector64.Create((sbyte)(1 - (second >> 2 & 2)));
        return (rows << 3) + Vector128.Create(offsetFirst, offsetSecond);
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Scale(in BlockIQ1M block, int group)
    {
        int bits = block.Scales[0] >> 12 | block.Scales[1] >> 12 << 4 | block.Scales[2] >> 12 << 8 | block.Scales[3] >> 12 << 12;
        float d = (float)BitConverter.UInt16BitsToHalf((ushort)bits);
        return d * ((2 * (block.Scales[group >> 2] >> (3 * (group & 3)) & 7)) + 1) * Codebooks.Iq1Delta;
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Minimum(in BlockIQ1M block, int group) => 0;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int Top(in BlockIQ1M block, int g) => block.Qh[g >> 1] >> (4 * (g & 1)) & 15;
}
