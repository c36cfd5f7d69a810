using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Jevons.Numerics.Blocks;

namespace Jevons.Kernels.Quantization;

/// <summary>y = (d * (scale - 32)) * T[q], scale per 32 elements.</summary>
internal readonly struct IQ4XSDecoder : IBlockDecoder<BlockIQ4XS>
{
    /// <inheritdoc/>
    public static void DecodeScalar(in BlockIQ4XS block, Span<float> y)
    {
        float d = (float)block.D;
        for (int i = 0; i < 256; i++)
        {
            int j = i / 32;
            int q = block.Qs[(16 * j) + (i % 16)] >> (i % 32 < 16 ? 0 : 4) & 15;
            y[i] = d * (Scale(block, j) - 32) * Codebooks.Iq4Nl[q];
        }
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Decode(in BlockIQ4XS block, ref float y)
    {
        float d = (float)block.D;
        Vector128<sbyte> table = Vector128.LoadUnsafe(ref MemoryMarshal.GetReference(Codebooks.Iq4Nl));
        for (int j = 0; j < 8; j++)
        {
            float scale = d * (Scale(block, j) - 32);
            Vector128<byte> qs = Vector128.LoadUnsafe(in block.Qs[0], (nuint)(16 * j));
            Vector128<sbyte> first = Vector128.ShuffleNative(table, Lanes16.Field(qs, 0, 15).AsSByte());
            Vector128<sbyte> second = Vector128.ShuffleNative(table, Lanes16.Field(qs, 4, 15).AsSByte());
            Lanes16.Scale(first, scale, ref Unsafe.Add(ref y, 32 * j));
            Lanes16.Scale(second, scale, ref Unsafe.Add(ref y, (32 * j) + 16));
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int Scale(in BlockIQ4XS block, int j) =>
        (block.ScalesLow[j >> 1] >> (4 * (j & 1)) & 15) | (block.ScalesHigh >> (2 * j) & 3) << 4;
}
