using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Jevons.Numerics.Blocks;

namespace Jevons.Kernels.Quantization;

/// <summary>y = ((d * scale) * q) - (dmin * min), scale and min per 32 elements.</summary>
internal readonly struct Q4KDecoder : IBlockDecoder<BlockQ4K>
{
    /// <inheritdoc/>
    public static void DecodeScalar(in BlockQ4K block, Span<float> y)
    {
        float d = (float)block.D;
        float dMin = (float)block.DMin;
        for (int i = 0; i < 256; i++)
        {
            int j = i / 32;
            (int scale, int min) = PackedScales.ScaleAndMin(block.Scales, j);
            int q = block.Qs[(32 * (j / 2)) + (i % 32)] >> (4 * (j % 2)) & 15;
            y[i] = (d * scale * q) - (dMin * min);
        }
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Decode(in BlockQ4K block, ref float y)
    {
        float d = (float)block.D;
        float dMin = (float)block.DMin;
        for (int j = 0; j < 8; j++)
        {
            (int s, int m) = PackedScales.ScaleAndMin(block.Scales, j);
            float scale = d * s;
            float min = dMin * m;
            nuint at = (nuint)(32 * (j >> 1));
            Vector128<byte> first = Lanes16.Field(Vector128.LoadUnsafe(in block.Qs[0], at), 4 * (j & 1), 15);
            Vector128<byte> second = Lanes16.Field(Vector128.LoadUnsafe(in block.Qs[0], at + 16), 4 * (j & 1), 15);
            Lanes16.ScaleSubtract(first.AsSByte(), scale, min, ref Unsafe.Add(ref y, 32 * j));
            Lanes16.ScaleSubtract(second.AsSByte(), scale, min, ref Unsafe.Add(ref y, (32 * j) + 16));
        }
    }
}
