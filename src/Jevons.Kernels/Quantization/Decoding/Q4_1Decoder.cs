using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Jevons.Numerics.Blocks;

namespace Jevons.Kernels.Quantization;

/// <summary>y[i] = (q[i] * d) + m; byte j holds elements j (low nibble) and j + 16 (high nibble).</summary>
internal readonly struct Q4_1Decoder : IBlockDecoder<BlockQ4_1>
{
    /// <inheritdoc/>
    public static void DecodeScalar(in BlockQ4_1 block, Span<float> y)
    {
        float d = (float)block.D;
        float m = (float)block.M;
        for (int j = 0; j < 16; j++)
        {
            y[j] = ((block.Qs[j] & 15) * d) + m;
            y[j + 16] = ((block.Qs[j] >> 4) * d) + m;
        }
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Decode(in BlockQ4_1 block, ref float y)
    {
        float d = (float)block.D;
        float m = -(float)block.M;
        Vector128<byte> qs = Vector128.LoadUnsafe(in block.Qs[0]);
        Lanes16.ScaleSubtract(Lanes16.Field(qs, 0, 15).AsSByte(), d, m, ref y);
        Lanes16.ScaleSubtract(Lanes16.Field(qs, 4, 15).AsSByte(), d, m, ref Unsafe.Add(ref y, 16));
    }
}
