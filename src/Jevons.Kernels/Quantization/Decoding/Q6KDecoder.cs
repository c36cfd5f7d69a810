using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Jevons.Numerics.Blocks;

namespace Jevons.Kernels.Quantization;

/// <summary>y = (d * scale) * q, scale per 16 elements; q is a nibble and two high bits, less 32.</summary>
internal readonly struct Q6KDecoder : IBlockDecoder<BlockQ6K>
{
    /// <inheritdoc/>
    public static void DecodeScalar(in BlockQ6K block, Span<float> y)
    {
        float d = (float)block.D;
        for (int i = 0; i < 256; i++)
        {
            int n = i / 128;
            int k = i % 128 / 32;
            int l = i % 32;
            int q = block.Ql[(64 * n) + (32 * (k % 2)) + l] >> (4 * (k / 2)) & 15;
            q |= (block.Qh[(32 * n) + l] >> (2 * k) & 3) << 4;
            y[i] = d * block.Scales[i / 16] * (q - 32);
        }
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Decode(in BlockQ6K block, ref float y)
    {
        float d = (float)block.D;
        for (int j = 0; j < 16; j++)
        {
            // Sub-block j = 8 n + 2 k + half: low nibbles in bytes 64 n + 32 (k mod 2) + 16 half, high bits in 32 n + 16 half.
            int n = j >> 3;
            int k = j >> 1 & 3;
            int half = j & 1;
            Vector128<byte> low = Vector128.LoadUnsafe(in block.Ql[0], (nuint)((64 * n) + (32 * (k & 1)) + (16 * half)));
            Vector128<byte> high = Vector128.LoadUnsafe(in block.Qh[0], (nuint)((32 * n) + (16 * half)));
            Vector128<byte> q = Lanes16.Field(low, 4 * (k >> 1), 15) | (Lanes16.Field(high, 2 * k, 3) << 4);
            Lanes16.Scale((q - Vector128.Create((byte)32)).AsSByte(), d * block.Scales[j], ref Unsafe.Add(ref y, 16 * j));
        }
    }
}
