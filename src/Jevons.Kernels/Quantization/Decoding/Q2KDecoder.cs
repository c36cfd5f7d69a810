using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Jevons.Numerics.Blocks;

namespace Jevons.Kernels.Quantization;

/// <summary>y = ((d * scale) * q) - (dmin * min), scale and min per 16 elements.</summary>
internal readonly struct Q2KDecoder : IBlockDecoder<BlockQ2K>
{
    /// <inheritdoc/>
    public static void DecodeScalar(in BlockQ2K block, Span<float> y)
    {
        float d = (float)block.D;
        float dMin = (float)block.DMin;
        for (int i = 0; i < 256; i++)
        {
            int q = block.Qs[(32 * (i / 128)) + (i % 32)] >> (2 * (i % 128 / 32)) & 3;
            int s = block.Scales[i / 16];
            y[i] = (d * (s & 15) * q) - (dMin * (s >> 4));
        }
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Decode(in BlockQ2K block, ref float y)
    {
        float d = (float)block.D;
        float dMin = (float)block.DMin;
        for (int j = 0; j < 16; j++)
        {
            // Sub-block j = 8 n + 2 k + half lies in bytes 32 n + 16 half, bits 2 k.
            Vector128<byte> qs = Vector128.LoadUnsafe(in block.Qs[0], (nuint)((32 * (j >> 3)) + (16 * (j & 1))));
            int s = block.Scales[j];
            Vector128<byte> q = Lanes16.Field(qs, j & 6, 3);
            Lanes16.ScaleSubtract(q.AsSByte(), d * (s & 15), dMin * (s >> 4), ref Unsafe.Add(ref y, 16 * j));
        }
    }
}
