using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Jevons.Numerics.Blocks;

namespace Jevons.Kernels.Quantization;

/// <summary>y = (d * (2 scale + 1)) * (row + offset), scale per 16, offset per 8 elements; d is scattered over the scales.</summary>
internal readonly struct IQ1MDecoder : IBlockDecoder<BlockIQ1M>
{
    /// <inheritdoc/>
    public static void DecodeScalar(in BlockIQ1M block, Span<float> y)
    {
        float d = BlockScale(block);
        for (int i = 0; i < 256; i++)
        {
            int top = Top(block, i / 8);
            float offset = (top & 8) != 0 ? -Codebooks.Iq1Delta : Codebooks.Iq1Delta;
            ulong row = Codebooks.Iq1S[block.Qs[i / 8] | (top & 7) << 8];
            int scale = block.Scales[i / 64] >> (3 * (i / 16 % 4)) & 7;
            y[i] = d * ((2 * scale) + 1) * (Codebooks.Element(row, 0, i % 8) + offset);
        }
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Decode(in BlockIQ1M block, ref float y)
    {
        float d = BlockScale(block);
        for (int j = 0; j < 16; j++)
        {
            float scale = d * ((2 * (block.Scales[j >> 2] >> (3 * (j & 3)) & 7)) + 1);
            int first = Top(block, 2 * j);
            int second = Top(block, (2 * j) + 1);
            Vector128<sbyte> rows = Vector128.Create(
                Codebooks.Iq1S[block.Qs[2 * j] | (first & 7) << 8],
                Codebooks.Iq1S[block.Qs[(2 * j) + 1] | (second & 7) << 8]).AsSByte();

            // +1 in all lanes of a group, or -1 where bit 3 of its nibble is set.
            Vector128<sbyte> offset = Vector128.Create(Offset(first), Offset(second)).AsSByte();
            Lanes16.ScaleEighths((rows << 3) + offset, scale, ref Unsafe.Add(ref y, 16 * j));
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int Top(in BlockIQ1M block, int g) => block.Qh[g >> 1] >> (4 * (g & 1)) & 15;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Offset(int top) => (top & 8) != 0 ? ulong.MaxValue : 0x0101_0101_0101_0101;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static float BlockScale(in BlockIQ1M block)
    {
        int bits = block.Scales[0] >> 12 | block.Scales[1] >> 12 << 4 | block.Scales[2] >> 12 << 8 | block.Scales[3] >> 12 << 12;
        return (float)BitConverter.UInt16BitsToHalf((ushort)bits);
    }
}
