using System.Diagnostics;
using System.Runtime.InteropServices;
using Jevons.Kernels.Conversion;
using Jevons.Numerics;
using Jevons.Numerics.Blocks;

namespace Jevons.Kernels.Quantization;

/// <summary>
/// Stored weights to binary32: the definition of what a quantised file means. Every product and every sum is rounded on its
/// own (no fused multiply-add), in the bracketing that each decoder's formula shows, so the bits are those of ggml's
/// reference. A NaN stays a NaN; its payload is not part of the contract. Thread-safe, allocates nothing.
/// </summary>
public static class Dequantize
{
    /// <summary>True for the types that hold weights: the float types and all block types.</summary>
    /// <param name="type">Any value.</param>
    /// <returns>Whether <see cref="Row"/> accepts the type.</returns>
    public static bool IsSupported(TensorType type) => type switch
    {
        TensorType.F32 or TensorType.F16 or TensorType.BF16 or TensorType.F8_E4M3 => true,
        _ => TensorTypes.IsKnown(type) && TensorTypes.IsQuantized(type),
    };

    /// <summary>Converts one row, or any whole number of blocks, with the widest vectors of the CPU.</summary>
    /// <param name="type">Element type of the source; e4m3 is widened without its scale.</param>
    /// <param name="source">The stored bytes, little-endian; exactly those of the destination's elements.</param>
    /// <param name="destination">Receives the elements; must not overlap the source.</param>
    /// <exception cref="ArgumentException">
    /// The type holds no weights, the element count is no multiple of its block, or the byte count does not belong to it.
    /// </exception>
    public static void Row(TensorType type, ReadOnlySpan<byte> source, Span<float> destination) =>
        Convert(type, source, destination, scalar: false);

    /// <summary>The same bits as <see cref="Row"/> by plain loops: the specification.</summary>
    /// <param name="type">Element type of the source; e4m3 is widened without its scale.</param>
    /// <param name="source">The stored bytes, little-endian; exactly those of the destination's elements.</param>
    /// <param name="destination">Receives the elements; must not overlap the source.</param>
    /// <exception cref="ArgumentException">
    /// The type holds no weights, the element count is no multiple of its block, or the byte count does not belong to it.
    /// </exception>
    public static void RowScalar(TensorType type, ReadOnlySpan<byte> source, Span<float> destination) =>
        Convert(type, source, destination, scalar: true);

    /// <summary>Converts blocks of a type known at compile time.</summary>
    /// <typeparam name="TBlock">The block.</typeparam>
    /// <param name="source">Blocks.</param>
    /// <param name="destination">Exactly <c>source.Length * TBlock.Length</c> elements; must not overlap the source.</param>
    /// <exception cref="ArgumentException">The lengths do not belong together.</exception>
    public static void Blocks<TBlock>(ReadOnlySpan<TBlock> source, Span<float> destination)
        where TBlock : unmanaged, IQuantBlock<TBlock> => Row(TBlock.Type, MemoryMarshal.AsBytes(source), destination);

    private static void Convert(TensorType type, ReadOnlySpan<byte> source, Span<float> destination, bool scalar)
    {
        if (!IsSupported(type))
        {
            throw new ArgumentException($"tensors of type {type} hold no weights that could become floats", nameof(type));
        }

        if (destination.Length % TensorTypes.BlockLength(type) != 0 || source.Length != TensorTypes.ByteCount(type, destination.Length))
        {
            throw new ArgumentException(
                $"{source.Length} bytes do not hold {destination.Length} elements of {type}, whose blocks have "
                + $"{TensorTypes.BlockLength(type)} elements in {TensorTypes.BlockBytes(type)} bytes",
                nameof(source));
        }

        switch (type)
        {
            case TensorType.F32: MemoryMarshal.Cast<byte, float>(source).CopyTo(destination); break;
            case TensorType.F16: Halves(source, destination, scalar); break;
            case TensorType.BF16: BFloats(source, destination, scalar); break;
            case TensorType.F8_E4M3: Float8s(source, destination, scalar); break;
            case TensorType.Q4_0: Decode<BlockQ4_0, Q4_0Decoder>(source, destination, scalar); break;
            case TensorType.Q4_1: Decode<BlockQ4_1, Q4_1Decoder>(source, destination, scalar); break;
            case TensorType.Q5_0: Decode<BlockQ5_0, Q5_0Decoder>(source, destination, scalar); break;
            case TensorType.Q5_1: Decode<BlockQ5_1, Q5_1Decoder>(source, destination, scalar); break;
            case TensorType.Q8_0: Decode<BlockQ8_0, Q8_0Decoder>(source, destination, scalar); break;
            case TensorType.Q2_K: Decode<BlockQ2K, Q2KDecoder>(source, destination, scalar); break;
            case TensorType.Q3_K: Decode<BlockQ3K, Q3KDecoder>(source, destination, scalar); break;
            case TensorType.Q4_K: Decode<BlockQ4K, Q4KDecoder>(source, destination, scalar); break;
            case TensorType.Q5_K: Decode<BlockQ5K, Q5KDecoder>(source, destination, scalar); break;
            case TensorType.Q6_K: Decode<BlockQ6K, Q6KDecoder>(source, destination, scalar); break;
            case TensorType.IQ4_NL: Decode<BlockIQ4NL, IQ4NLDecoder>(source, destination, scalar); break;
            case TensorType.IQ4_XS: Decode<BlockIQ4XS, IQ4XSDecoder>(source, destination, scalar); break;
            case TensorType.MXFP4: Decode<BlockMXFP4, MXFP4Decoder>(source, destination, scalar); break;
            case TensorType.IQ1_S: Decode<BlockIQ1S, IQ1SDecoder>(source, destination, scalar); break;
            case TensorType.IQ1_M: Decode<BlockIQ1M, IQ1MDecoder>(source, destination, scalar); break;
            case TensorType.IQ2_XXS: Decode<BlockIQ2XXS, IQ2XXSDecoder>(source, destination, scalar); break;
            case TensorType.IQ2_XS: Decode<BlockIQ2XS, IQ2XSDecoder>(source, destination, scalar); break;
            case TensorType.IQ2_S: Decode<BlockIQ2S, IQ2SDecoder>(source, destination, scalar); break;
            case TensorType.IQ3_XXS: Decode<BlockIQ3XXS, IQ3XXSDecoder>(source, destination, scalar); break;
            case TensorType.IQ3_S: Decode<BlockIQ3S, IQ3SDecoder>(source, destination, scalar); break;
            default: throw new UnreachableException($"type {type} passed the check above");
        }
    }

    private static void Decode<TBlock, TDecoder>(ReadOnlySpan<byte> source, Span<float> destination, bool scalar)
        where TBlock : unmanaged, IQuantBlock<TBlock>
        where TDecoder : struct, IBlockDecoder<TBlock>
    {
        ReadOnlySpan<TBlock> blocks = MemoryMarshal.Cast<byte, TBlock>(source);
        if (scalar)
        {
            for (int b = 0; b < blocks.Length; b++)
            {
                TDecoder.DecodeScalar(in blocks[b], destination.Slice(b * TBlock.Length, TBlock.Length));
            }

            return;
        }

        for (int b = 0; b < blocks.Length; b++)
        {
            TDecoder.Decode(in blocks[b], ref MemoryMarshal.GetReference(destination.Slice(b * TBlock.Length, TBlock.Length)));
        }
    }

    private static void Halves(ReadOnlySpan<byte> source, Span<float> destination, bool scalar)
    {
        ReadOnlySpan<Half> values = MemoryMarshal.Cast<byte, Half>(source);
        if (!scalar)
        {
            HalfConvert.Widen(values, destination);
            return;
        }

        for (int i = 0; i < values.Length; i++)
        {
            destination[i] = (float)values[i];
        }
    }

    private static void BFloats(ReadOnlySpan<byte> source, Span<float> destination, bool scalar)
    {
        ReadOnlySpan<BFloat16> values = MemoryMarshal.Cast<byte, BFloat16>(source);
        if (!scalar)
        {
            BFloat16Convert.Widen(values, destination);
            return;
        }

        for (int i = 0; i < values.Length; i++)
        {
            destination[i] = (float)values[i];
        }
    }

    private static void Float8s(ReadOnlySpan<byte> source, Span<float> destination, bool scalar)
    {
        ReadOnlySpan<Float8E4M3> values = MemoryMarshal.Cast<byte, Float8E4M3>(source);
        if (!scalar)
        {
            Float8Convert.Widen(values, destination);
            return;
        }

        for (int i = 0; i < values.Length; i++)
        {
            destination[i] = (float)values[i];
        }
    }
}
