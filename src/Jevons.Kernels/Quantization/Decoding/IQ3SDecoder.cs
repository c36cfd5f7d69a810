using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Jevons.Numerics.Blocks;

namespace Jevons.Kernels.Quantization;

/// <summary>y = (d * (1 + 2 scale)) * row, scale per 32 elements; a group of 8 is two rows of 4, signs stored in full.</summary>
internal readonly struct IQ3SDecoder : IBlockDecoder<BlockIQ3S>
{
    /// <inheritdoc/>
    public static void DecodeScalar(in BlockIQ3S block, Span<float> y)
    {
        float d = (float)block.D;
        for (int i = 0; i < 256; i++)
        {
            int scale = block.Scales[i / 64] >> (4 * (i / 32 % 2)) & 15;
            uint row = Codebooks.Iq3S[Row(block, i / 4)];
            y[i] = d * (1 + (2 * scale)) * Codebooks.Element((ulong)row << (8 * (i & 4)), block.Signs[i / 8], i % 8);
        }
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Decode(in BlockIQ3S block, ref float y)
    {
        float d = (float)block.D;
        for (int j = 0; j < 16; j++)
        {
            float scale = d * (1 + (2 * (block.Scales[j >> 2] >> (2 * (j & 2)) & 15)));
            Vector128<sbyte> rows = Vector128.Create(
                Codebooks.Iq3S[Row(block, 4 * j)],
                Codebooks.Iq3S[Row(block, (4 * j) + 1)],
                Codebooks.Iq3S[Row(block, (4 * j) + 2)],
                Codebooks.Iq3S[Row(block, (4 * j) + 3)]).AsSByte();
            int pair = block.Signs[2 * j] | block.Signs[(2 * j) + 1] << 8;
            Lanes16.Scale(Lanes16.Sign(rows, (ushort)pair), scale, ref Unsafe.Add(ref y, 16 * j));
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int Row(in BlockIQ3S block, int f) => block.Qs[f] | (block.Qh[f >> 3] >> (f & 7) & 1) << 8;
}
