using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Jevons.Numerics.Blocks;

namespace Jevons.Kernels.Quantization;

/// <summary>y[i] = d * T[q[i]]; indices in Q4_0's order.</summary>
internal readonly struct IQ4NLDecoder : IBlockDecoder<BlockIQ4NL>
{
    /// <inheritdoc/>
    public static void DecodeScalar(in BlockIQ4NL block, Span<float> y)
    {
        float d = (float)block.D;
        for (int j = 0; j < 16; j++)
        {
            y[j] = d * Codebooks.Iq4Nl[block.Qs[j] & 15];
            y[j + 16] = d * Codebooks.Iq4Nl[block.Qs[j] >> 4];
        }
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Decode(in BlockIQ4NL block, ref float y)
    {
        float d = (float)block.D;
        Vector128<sbyte> table = Vector128.LoadUnsafe(ref MemoryMarshal.GetReference(Codebooks.Iq4Nl));
        Vector128<byte> qs = Vector128.LoadUnsafe(in block.Qs[0]);
        Lanes16.Scale(Vector128.ShuffleNative(table, Lanes16.Field(qs, 0, 15).AsSByte()), d, ref y);
        Lanes16.Scale(Vector128.ShuffleNative(table, Lanes16.Field(qs, 4, 15).AsSByte()), d, ref Unsafe.Add(ref y, 16));
    }
}
