using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Jevons.Numerics.Blocks;

namespace Jevons.Kernels.Quantization;

/// <summary>y = (d * (scale - 32)) * q, scale per 16 elements; q is 2 bits, less 4 where the mask bit is clear.</summary>
internal readonly struct Q3KDecoder : IBlockDecoder<BlockQ3K>
{
    /// <inheritdoc/>
    public static void DecodeScalar(in BlockQ3K block, Span<float> y)
    {
        float d = (float)block.D;
        for (int i = 0; i < 256; i++)
        {
            int q = block.Qs[(32 * (i / 128)) + (i % 32)] >> (2 * (i % 128 / 32)) & 3;
            q -= (block.HMask[i % 32] >> (i / 32) & 1) != 0 ? 0 : 4;
            y[i] = d * (PackedScales.Q3Scale(block.Scales, i / 16) - 32) * q;
        }
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Decode(in BlockQ3K block, ref float y)
    {
        float d = (float)block.D;
        for (int j = 0; j < 16; j++)
        {
            // Sub-block j = 8 n + 2 k + half lies in bytes 32 n + 16 half, bits 2 k; its mask bit is bit j / 2 = 4 n + k.
            Vector128<byte> qs = Vector128.LoadUnsafe(in block.Qs[0], (nuint)((32 * (j >> 3)) + (16 * (j & 1))));
            Vector128<byte> mask = Vector128.LoadUnsafe(in block.HMask[0], (nuint)(16 * (j & 1)));
            Vector128<byte> set = Lanes16.Field(mask, j >> 1, 1) << 2;
            Vector128<byte> q = Lanes16.Field(qs, j & 6, 3) + set - Vector128.Create((byte)4);
            float scale = d * (PackedScales.Q3Scale(block.Scales, j) - 32);
            Lanes16.Scale(q.AsSByte(), scale, ref Unsafe.Add(ref y, 16 * j));
        }
    }
}
