using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Jevons.Numerics.Blocks;

namespace Jevons.Kernels.Quantization;

/// <summary>y[i] = (q[i] - 16) * d; q is a nibble in Q4_0's order plus 16 where bit i of the high bits is set.</summary>
internal readonly struct Q5_0Decoder : IBlockDecoder<BlockQ5_0>
{
    /// <inheritdoc/>
    public static void DecodeScalar(in BlockQ5_0 block, Span<float> y)
    {
        float d = (float)block.D;
        for (int j = 0; j < 16; j++)
        {
            int low = (block.Qs[j] & 15) | (int)(block.Qh >> j & 1) << 4;
            int high = block.Qs[j] >> 4 | (int)(block.Qh >> (j + 16) & 1) << 4;
            y[j] = (low - 16) * d;
            y[j + 16] = (high - 16) * d;
        }
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Decode(in BlockQ5_0 block, ref float y)
    {
        float d = (float)block.D;
        Vector128<byte> qs = Vector128.LoadUnsafe(in block.Qs[0]);
        Vector128<byte> sixteen = Vector128.Create((byte)16);

        // A clear high bit means 16 less: q + 16 - 16 = q where it is set.
        Vector128<byte> low = Vector128.AndNot(sixteen, Lanes16.Mask((ushort)block.Qh));
        Vector128<byte> high = Vector128.AndNot(sixteen, Lanes16.Mask((ushort)(block.Qh >> 16)));
        Lanes16.Scale((Lanes16.Field(qs, 0, 15) - low).AsSByte(), d, ref y);
        Lanes16.Scale((Lanes16.Field(qs, 4, 15) - high).AsSByte(), d, ref Unsafe.Add(ref y, 16));
    }
}
