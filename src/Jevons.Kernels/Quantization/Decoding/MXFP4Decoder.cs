using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Jevons.Numerics.Blocks;

namespace Jevons.Kernels.Quantization;

/// <summary>y[i] = K[q[i]] * 2^(e - 128); codes in Q4_0's order. No exponent byte is special: 255 means 2^127.</summary>
internal readonly struct MXFP4Decoder : IBlockDecoder<BlockMXFP4>
{
    /// <inheritdoc/>
    public static void DecodeScalar(in BlockMXFP4 block, Span<float> y)
    {
        float d = Scale(block.E);
        for (int j = 0; j < 16; j++)
        {
            y[j] = Codebooks.Mxfp4[block.Qs[j] & 15] * d;
            y[j + 16] = Codebooks.Mxfp4[block.Qs[j] >> 4] * d;
        }
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Decode(in BlockMXFP4 block, ref float y)
    {
        float d = Scale(block.E);
        Vector128<sbyte> table = Vector128.LoadUnsafe(ref MemoryMarshal.GetReference(Codebooks.Mxfp4));
        Vector128<byte> qs = Vector128.LoadUnsafe(in block.Qs[0]);
        Lanes16.Scale(Vector128.ShuffleNative(table, Lanes16.Field(qs, 0, 15).AsSByte()), d, ref y);
        Lanes16.Scale(Vector128.ShuffleNative(table, Lanes16.Field(qs, 4, 15).AsSByte()), d, ref Unsafe.Add(ref y, 16));
    }

    /// <summary>2^(e - 128) exactly; e = 0 and e = 1 give subnormal numbers.</summary>
    /// <param name="e">The exponent byte.</param>
    /// <returns>The scale of the doubled values.</returns>
    public static float Scale(byte e) => BitConverter.UInt32BitsToSingle(e < 2 ? 0x200000u << e : (e - 1u) << 23);
}
