using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Jevons.Numerics.Blocks;

namespace Jevons.Kernels.Quantization;

/// <summary>y = ((d * (0.5 + scale)) * 0.5) * row, scale per 32 elements; a group of 8 is two rows of 4.</summary>
internal readonly struct IQ3XXSDecoder : IBlockDecoder<BlockIQ3XXS>
{
    /// <inheritdoc/>
    public static void DecodeScalar(in BlockIQ3XXS block, Span<float> y)
    {
        float d = (float)block.D;
        for (int i = 0; i < 256; i++)
        {
            uint word = block.ScalesAndSigns[i / 32];
            int signs = Codebooks.Signs[(int)(word >> (7 * (i / 8 % 4)) & 127)];
            uint row = Codebooks.Iq3Xxs[block.Qs[i / 4]];
            y[i] = d * (0.5f + (word >> 28)) * 0.5f * Codebooks.Element((ulong)row << (8 * (i & 4)), signs, i % 8);
        }
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Decode(in BlockIQ3XXS block, ref float y)
    {
        float d = (float)block.D;
        for (int j = 0; j < 16; j++)
        {
            uint word = block.ScalesAndSigns[j >> 1];
            uint signs = word >> (14 * (j & 1));
            float scale = d * (0.5f + (word >> 28)) * 0.5f;
            Vector128<sbyte> rows = Vector128.Create(
                Codebooks.Iq3Xxs[block.Qs[4 * j]],
                Codebooks.Iq3Xxs[block.Qs[(4 * j) + 1]],
                Codebooks.Iq3Xxs[block.Qs[(4 * j) + 2]],
                Codebooks.Iq3Xxs[block.Qs[(4 * j) + 3]]).AsSByte();
            int pair = Codebooks.Signs[(int)(signs & 127)] | Codebooks.Signs[(int)(signs >> 7 & 127)] << 8;
            Lanes16.Scale(Lanes16.Sign(rows, (ushort)pair), scale, ref Unsafe.Add(ref y, 16 * j));
        }
    }
}
