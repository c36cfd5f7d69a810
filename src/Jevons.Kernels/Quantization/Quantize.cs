using System.Diagnostics;
using System.Runtime.InteropServices;
using Jevons.Kernels.Conversion;
using Jevons.Numerics;
using Jevons.Numerics.Blocks;

namespace Jevons.Kernels.Quantization;

/// <summary>
/// Binary32 to stored weights, without an importance matrix: the bytes of ggml's reference quantisers. A row is quantised
/// block by block and no block depends on another, so rows may be spread over threads and the bytes stay the same.
/// <para>
/// Block types hold finite numbers only: a NaN or an infinity in the source, or a block whose scale would exceed the largest
/// half (65504), is refused with the row. F32, F16 and BF16 carry NaN and infinities over, and F16 rounds 65520 and more to
/// infinity. Elements so small that their scale rounds to 0 become 0. Thread-safe, allocates nothing.
/// </para>
/// </summary>
public static class Quantize
{
    // What a half, a scale of 127 and the least 6-bit integer can reach together (Q6_K), the most of all types with a half.
    private const float LargestOfAnyHalfScale = 65504f * 127 * 32;

    /// <summary>
    /// True for the types that can be written: F32, F16, BF16, Q4_0, Q4_1, Q5_0, Q5_1, Q8_0, Q2_K to Q6_K, IQ4_NL, IQ4_XS and
    /// MXFP4. The other IQ types need an importance matrix.
    /// </summary>
    /// <param name="type">Any value.</param>
    /// <returns>Whether <see cref="Row"/> accepts the type.</returns>
    public static bool IsSupported(TensorType type) => type is TensorType.F32 or TensorType.F16 or TensorType.BF16
        or TensorType.Q4_0 or TensorType.Q4_1 or TensorType.Q5_0 or TensorType.Q5_1 or TensorType.Q8_0
        or TensorType.Q2_K or TensorType.Q3_K or TensorType.Q4_K or TensorType.Q5_K or TensorType.Q6_K
        or TensorType.IQ4_NL or TensorType.IQ4_XS or TensorType.MXFP4;

    /// <summary>Quantises one row.</summary>
    /// <param name="type">Type to write.</param>
    /// <param name="source">A whole number of blocks of elements.</param>
    /// <param name="destination">Receives exactly the bytes of the source's elements; must not overlap it.</param>
    /// <exception cref="ArgumentException">
    /// The type cannot be written, the lengths do not belong together, or the row does not fit the type (see above).
    /// </exception>
    public static void Row(TensorType type, ReadOnlySpan<float> source, Span<byte> destination)
    {
        Check(type, source.Length, source.Length, destination.Length);
        Encode(type, source, destination, row: 0);
    }

    /// <summary>Quantises rows one after the other.</summary>
    /// <param name="type">Type to write.</param>
    /// <param name="source">Rows in sequence, those of all leading dimensions flattened.</param>
    /// <param name="rowLength">Elements of a row: a whole number of blocks.</param>
    /// <param name="destination">Receives exactly the bytes of the source's elements; must not overlap it.</param>
    /// <exception cref="ArgumentException">
    /// The type cannot be written, the lengths do not belong together, or a row does not fit the type; the message names the row.
    /// </exception>
    public static void Rows(TensorType type, ReadOnlySpan<float> source, int rowLength, Span<byte> destination)
    {
        Check(type, source.Length, rowLength, destination.Length);
        int bytes = RowBytes(type, rowLength);
        for (int row = 0; (row + 1) * rowLength <= source.Length && rowLength > 0; row++)
        {
            Encode(type, source.Slice(row * rowLength, rowLength), destination.Slice(row * bytes, bytes), row);
        }
    }

    /// <summary>Quantises rows on all workers of a pool; the bytes are those of the serial form.</summary>
    /// <param name="type">Type to write.</param>
    /// <param name="source">Rows in sequence, those of all leading dimensions flattened.</param>
    /// <param name="rowLength">Elements of a row: a whole number of blocks.</param>
    /// <param name="destination">Receives exactly the bytes of the source's elements; must not overlap it.</param>
    /// <param name="pool">The workers; the calling thread is one of them.</param>
    /// <exception cref="ArgumentException">
    /// The type cannot be written, the lengths do not belong together, or a row does not fit the type; the message names the row.
    /// </exception>
    public static unsafe void Rows(TensorType type, ReadOnlySpan<float> source, int rowLength, Span<byte> destination, WorkerPool pool)
    {
        Check(type, source.Length, rowLength, destination.Length);
        if (source.IsEmpty)
        {
            return;
        }

        RowsJob job = new() { Type = type, Source = source, RowLength = rowLength, Destination = destination };
        pool.Run(source.Length / rowLength, ref job, &Unit);

        static void Unit(ref RowsJob job, int row, int worker)
        {
            int bytes = RowBytes(job.Type, job.RowLength);
            Encode(job.Type, job.Source.Slice(row * job.RowLength, job.RowLength), job.Destination.Slice(row * bytes, bytes), row);
        }
    }

    private static int RowBytes(TensorType type, int rowLength) => checked((int)TensorTypes.ByteCount(type, rowLength));

    private static void Check(TensorType type, int elements, int rowLength, int bytes)
    {
        if (!IsSupported(type))
        {
            throw new ArgumentException($"tensors of type {type} cannot be written without an importance matrix", nameof(type));
        }

        int length = TensorTypes.BlockLength(type);
        if (rowLength < 0 || rowLength % length != 0)
        {
            throw new ArgumentException($"a row of {rowLength} elements is no whole number of {type} blocks of {length}", nameof(rowLength));
        }

        if (rowLength == 0 ? elements != 0 : elements % rowLength != 0)
        {
            throw new ArgumentException($"{elements} elements are no whole number of rows of {rowLength}", nameof(elements));
        }

        if (bytes != TensorTypes.ByteCount(type, elements))
        {
            throw new ArgumentException(
                $"{elements} elements of {type} take {TensorTypes.ByteCount(type, elements)} bytes, the destination has {bytes}", nameof(bytes));
        }
    }

    private static void Encode(TensorType type, ReadOnlySpan<float> source, Span<byte> destination, int row)
    {
        switch (type)
        {
            case TensorType.F32: MemoryMarshal.AsBytes(source).CopyTo(destination); break;
            case TensorType.F16: HalfConvert.Narrow(source, MemoryMarshal.Cast<byte, Half>(destination)); break;
            case TensorType.BF16: BFloat16Convert.Narrow(source, MemoryMarshal.Cast<byte, BFloat16>(destination)); break;
            case TensorType.Q4_0: Encode<BlockQ4_0, Q4_0Encoder>(source, destination, row); break;
            case TensorType.Q4_1: Encode<BlockQ4_1, Q4_1Encoder>(source, destination, row); break;
            case TensorType.Q5_0: Encode<BlockQ5_0, Q5_0Encoder>(source, destination, row); break;
            case TensorType.Q5_1: Encode<BlockQ5_1, Q5_1Encoder>(source, destination, row); break;
            case TensorType.Q8_0: Encode<BlockQ8_0, Q8_0Encoder>(source, destination, row); break;
            case TensorType.Q2_K: Encode<BlockQ2K, Q2KEncoder>(source, destination, row); break;
            case TensorType.Q3_K: Encode<BlockQ3K, Q3KEncoder>(source, destination, row); break;
            case TensorType.Q4_K: Encode<BlockQ4K, Q4KEncoder>(source, destination, row); break;
            case TensorType.Q5_K: Encode<BlockQ5K, Q5KEncoder>(source, destination, row); break;
            case TensorType.Q6_K: Encode<BlockQ6K, Q6KEncoder>(source, destination, row); break;
            case TensorType.IQ4_NL: Encode<BlockIQ4NL, IQ4NLEncoder>(source, destination, row); break;
            case TensorType.IQ4_XS: Encode<BlockIQ4XS, IQ4XSEncoder>(source, destination, row); break;
            case TensorType.MXFP4: Encode<BlockMXFP4, MXFP4Encoder>(source, destination, row); break;
            default: throw new UnreachableException($"type {type} passed the check above");
        }
    }

    private static void Encode<TBlock, TEncoder>(ReadOnlySpan<float> source, Span<byte> destination, int row)
        where TBlock : unmanaged, IQuantBlock<TBlock>
        where TEncoder : struct, IBlockEncoder<TBlock>
    {
        float limit = TBlock.Type == TensorType.MXFP4 ? float.MaxValue : LargestOfAnyHalfScale;
        for (int i = 0; i < source.Length; i++)
        {
            // False for NaN as well. Beyond the limit the sums of the searches could overflow and leave no trace of it.
            if (!(MathF.Abs(source[i]) <= limit))
            {
                throw new ArgumentException(
                    $"row {row}, element {i} is {source[i]}: {TBlock.Type} holds finite numbers of at most {limit} only", nameof(source));
            }
        }

        Span<TBlock> blocks = MemoryMarshal.Cast<byte, TBlock>(destination);
        for (int b = 0; b < blocks.Length; b++)
        {
            if (!TEncoder.Encode(source.Slice(b * TBlock.Length, TBlock.Length), out blocks[b]))
            {
                throw new ArgumentException(
                    $"row {row}, elements {b * TBlock.Length} to {((b + 1) * TBlock.Length) - 1} are too large for the half-precision scale "
                    + $"of {TBlock.Type}",
                    nameof(source));
            }
        }
    }

    private ref struct RowsJob
    {
        public TensorType Type;
        public ReadOnlySpan<float> Source;
        public int RowLength;
        public Span<byte> Destination;
    }
}
