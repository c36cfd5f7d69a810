using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Jevons.Numerics.Blocks;

namespace Jevons.Kernels.Quantization;

/// <summary>y[i] = q[i] * d.</summary>
internal readonly struct Q8_0Decoder : IBlockDecoder<BlockQ8_0>
{
    /// <inheritdoc/>
    public static void DecodeScalar(in BlockQ8_0 block, Span<float> y)
    {
        float d = (float)block.D;
        for (int i = 0; i < 32; i++)
        {
            y[i] = block.Qs[i] * d;
        }
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Decode(in BlockQ8_0 block, ref float y)
    {
        float d = (float)block.D;
        Lanes16.Scale(Vector128.LoadUnsafe(in block.Qs[0]), d, ref y);
        Lanes16.Scale(Vector128.LoadUnsafe(in block.Qs[16]), d, ref Unsafe.Add(ref y, 16));
    }
}
