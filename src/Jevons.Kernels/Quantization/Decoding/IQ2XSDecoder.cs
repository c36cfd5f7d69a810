using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Jevons.Numerics.Blocks;

namespace Jevons.Kernels.Quantization;

/// <summary>y = ((d * (0.5 + scale)) * 0.25) * row, scale per 16 elements.</summary>
internal readonly struct IQ2XSDecoder : IBlockDecoder<BlockIQ2XS>
{
    /// <inheritdoc/>
    public static void DecodeScalar(in BlockIQ2XS block, Span<float> y)
    {
        float d = (float)block.D;
        for (int i = 0; i < 256; i++)
        {
            int word = block.Qs[i / 8];
            int scale = block.Scales[i / 32] >> (4 * (i / 16 % 2)) & 15;
            ulong row = Codebooks.Iq2Xs[word & 511];
            y[i] = d * (0.5f + scale) * 0.25f * Codebooks.Element(row, Codebooks.Signs[word >> 9], i % 8);
        }
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Decode(in BlockIQ2XS block, ref float y)
    {
        float d = (float)block.D;
        for (int j = 0; j < 16; j++)
        {
            int first = block.Qs[2 * j];
            int second = block.Qs[(2 * j) + 1];
            float scale = d * (0.5f + (block.Scales[j >> 1] >> (4 * (j & 1)) & 15)) * 0.25f;
            Vector128<sbyte> rows = Vector128.Create(Codebooks.Iq2Xs[first & 511], Codebooks.Iq2Xs[second & 511]).AsSByte();
            int pair = Codebooks.Signs[first >> 9] | Codebooks.Signs[second >> 9] << 8;
            Lanes16.Scale(Lanes16.Sign(rows, (ushort)pair), scale, ref Unsafe.Add(ref y, 16 * j));
        }
    }
}
