using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Jevons.Numerics.Blocks;

namespace Jevons.Kernels.Quantization;

/// <summary>y = ((d * (0.5 + scale)) * 0.25) * row, scale per 32 elements.</summary>
internal readonly struct IQ2XXSDecoder : IBlockDecoder<BlockIQ2XXS>
{
    /// <inheritdoc/>
    public static void DecodeScalar(in BlockIQ2XXS block, Span<float> y)
    {
        float d = (float)block.D;
        for (int i = 0; i < 256; i++)
        {
            int r = i / 8 % 4;
            uint a = block.Qs[i / 32 * 2];
            uint b = block.Qs[(i / 32 * 2) + 1];
            ulong row = Codebooks.Iq2Xxs[(int)(a >> (8 * r) & 255)];
            int signs = Codebooks.Signs[(int)(b >> (7 * r) & 127)];
            y[i] = d * (0.5f + (b >> 28)) * 0.25f * Codebooks.Element(row, signs, i % 8);
        }
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Decode(in BlockIQ2XXS block, ref float y)
    {
        float d = (float)block.D;
        for (int j = 0; j < 16; j++)
        {
            // Sub-block j = 2 b + half takes groups 2 half and 2 half + 1 of the words of b.
            uint a = block.Qs[j & ~1] >> (16 * (j & 1));
            uint b = block.Qs[j | 1];
            uint signs = b >> (14 * (j & 1));
            float scale = d * (0.5f + (b >> 28)) * 0.25f;
            Vector128<sbyte> rows = Vector128.Create(Codebooks.Iq2Xxs[(int)(a & 255)], Codebooks.Iq2Xxs[(int)(a >> 8 & 255)]).AsSByte();
            int pair = Codebooks.Signs[(int)(signs & 127)] | Codebooks.Signs[(int)(signs >> 7 & 127)] << 8;
            Lanes16.Scale(Lanes16.Sign(rows, (ushort)pair), scale, ref Unsafe.Add(ref y, 16 * j));
        }
    }
}
