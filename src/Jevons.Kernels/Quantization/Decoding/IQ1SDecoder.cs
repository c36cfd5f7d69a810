using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Jevons.Numerics.Blocks;

namespace Jevons.Kernels.Quantization;

/// <summary>y = (d * (2 scale + 1)) * (row + offset), scale and offset per 32 elements.</summary>
internal readonly struct IQ1SDecoder : IBlockDecoder<BlockIQ1S>
{
    /// <inheritdoc/>
    public static void DecodeScalar(in BlockIQ1S block, Span<float> y)
    {
        float d = (float)block.D;
        for (int i = 0; i < 256; i++)
        {
            int word = block.Qh[i / 32];
            float offset = (word & 0x8000) != 0 ? -Codebooks.Iq1Delta : Codebooks.Iq1Delta;
            ulong row = Codebooks.Iq1S[Row(block, i / 8)];
            y[i] = d * ((2 * (word >> 12 & 7)) + 1) * (Codebooks.Element(row, 0, i % 8) + offset);
        }
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Decode(in BlockIQ1S block, ref float y)
    {
        float d = (float)block.D;
        for (int j = 0; j < 16; j++)
        {
            int word = block.Qh[j >> 1];
            float scale = d * ((2 * (word >> 12 & 7)) + 1);
            int offset = (word & 0x8000) != 0 ? -1 : 1;
            Vector128<sbyte> rows = Vector128.Create(
                Codebooks.Iq1S[Row(block, 2 * j)], Codebooks.Iq1S[Row(block, (2 * j) + 1)]).AsSByte();
            Lanes16.ScaleEighths((rows << 3) + Vector128.Create((sbyte)offset), scale, ref Unsafe.Add(ref y, 16 * j));
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int Row(in BlockIQ1S block, int g) => block.Qs[g] | (block.Qh[g >> 2] >> (3 * (g & 3)) & 7) << 8;
}
