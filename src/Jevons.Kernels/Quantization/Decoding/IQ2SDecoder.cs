using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Jevons.Numerics.Blocks;

namespace Jevons.Kernels.Quantization;

/// <summary>y = ((d * (0.5 + scale)) * 0.25) * row, scale per 16 elements, signs stored in full.</summary>
internal readonly struct IQ2SDecoder : IBlockDecoder<BlockIQ2S>
{
    /// <inheritdoc/>
    public static void DecodeScalar(in BlockIQ2S block, Span<float> y)
    {
        float d = (float)block.D;
        for (int i = 0; i < 256; i++)
        {
            int g = i / 8;
            int scale = block.Scales[i / 32] >> (4 * (i / 16 % 2)) & 15;
            ulong row = Codebooks.Iq2S[Row(block, g)];
            y[i] = d * (0.5f + scale) * 0.25f * Codebooks.Element(row, block.Signs[g], i % 8);
        }
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Decode(in BlockIQ2S block, ref float y)
    {
        float d = (float)block.D;
        for (int j = 0; j < 16; j++)
        {
            float scale = d * (0.5f + (block.Scales[j >> 1] >> (4 * (j & 1)) & 15)) * 0.25f;
            Vector128<sbyte> rows = Vector128.Create(
                Codebooks.Iq2S[Row(block, 2 * j)], Codebooks.Iq2S[Row(block, (2 * j) + 1)]).AsSByte();
            int pair = block.Signs[2 * j] | block.Signs[(2 * j) + 1] << 8;
            Lanes16.Scale(Lanes16.Sign(rows, (ushort)pair), scale, ref Unsafe.Add(ref y, 16 * j));
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int Row(in BlockIQ2S block, int g) => block.Qs[g] | (block.Qh[g >> 2] >> (2 * (g & 3)) & 3) << 8;
}
