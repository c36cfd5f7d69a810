using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Jevons.Numerics.Blocks;

namespace Jevons.Kernels.Quantization;

/// <summary>y[i] = (q[i] * d) + m; q is a nibble in Q4_0's order plus 16 where bit i of the high bits is set.</summary>
internal readonly struct Q5_1Decoder : IBlockDecoder<BlockQ5_1>
{
    /// <inheritdoc/>
    public static void DecodeScalar(in BlockQ5_1 block, Span<float> y)
    {
        float d = (float)block.D;
        float m = (float)block.M;
        for (int j = 0; j < 16; j++)
        {
            int low = (block.Qs[j] & 15) | (int)(block.Qh >> j & 1) << 4;
            int high = block.Qs[j] >> 4 | (int)(block.Qh >> (j + 16) & 1) << 4;
            y[j] = (low * d) + m;
            y[j + 16] = (high * d) + m;
        }
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Decode(in BlockQ5_1 block, ref float y)
    {
        float d = (float)block.D;
        float m = -(float)block.M;
        Vector128<byte> qs = Vector128.LoadUnsafe(in block.Qs[0]);
        Vector128<byte> sixteen = Vector128.Create((byte)16);
        Vector128<byte> low = Lanes16.Mask((ushort)block.Qh) & sixteen;
        Vector128<byte> high = Lanes16.Mask((ushort)(block.Qh >> 16)) & sixteen;
        Lanes16.ScaleSubtract((Lanes16.Field(qs, 0, 15) | low).AsSByte(), d, m, ref y);
        Lanes16.ScaleSubtract((Lanes16.Field(qs, 4, 15) | high).AsSByte(), d, m, ref Unsafe.Add(ref y, 16));
    }
}
