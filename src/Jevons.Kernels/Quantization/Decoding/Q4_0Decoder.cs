using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Jevons.Numerics.Blocks;

namespace Jevons.Kernels.Quantization;

/// <summary>y[i] = (q[i] - 8) * d; byte j holds elements j (low nibble) and j + 16 (high nibble).</summary>
internal readonly struct Q4_0Decoder : IBlockDecoder<BlockQ4_0>
{
    /// <inheritdoc/>
    public static void DecodeScalar(in BlockQ4_0 block, Span<float> y)
    {
        float d = (float)block.D;
        for (int j = 0; j < 16; j++)
        {
            y[j] = ((block.Qs[j] & 15) - 8) * d;
            y[j + 16] = ((block.Qs[j] >> 4) - 8) * d;
        }
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Decode(in BlockQ4_0 block, ref float y)
    {
        float d = (float)block.D;
        Vector128<byte> qs = Vector128.LoadUnsafe(in block.Qs[0]);
        Vector128<sbyte> offset = Vector128.Create((sbyte)8);
        Lanes16.Scale(Lanes16.Field(qs, 0, 15).AsSByte() - offset, d, ref y);
        Lanes16.Scale(Lanes16.Field(qs, 4, 15).AsSByte() - offset, d, ref Unsafe.Add(ref y, 16));
    }
}
