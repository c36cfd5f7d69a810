using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Jevons.Kernels;

/// <summary>
/// <see cref="QuantizedRow.Quantize"/> on 512 bits: sixteen groups at a time, so that their scales are divided together and no group
/// waits for another's.
/// </summary>
internal static unsafe class QuantizedRow512
{
    private const int Groups = 16;

    /// <summary>Quantises one row.</summary>
    /// <param name="x">Elements; a multiple of 32.</param>
    /// <param name="cols">Their number.</param>
    /// <param name="row">QuantizedRow.Bytes(cols) bytes, 64-byte aligned.</param>
    public static void Quantize(float* x, int cols, byte* row)
    {
        int groups = cols / QuantizedRow.GroupLength;
        for (int g = 0; g < groups; g += Groups)
        {
            Sixteen(x + ((long)g * QuantizedRow.GroupLength), Math.Min(Groups, groups - g), row + ((long)g * QuantizedRow.GroupBytes));
        }
    }

    private static void Sixteen(float* x, int count, byte* row)
    {
        // Of sixteen groups: largest magnitude, inverse scale, scale, and the integers' sums over both halves.
        uint* largest = stackalloc uint[Groups];
        float* inverse = stackalloc float[Groups];
        float* scale = stackalloc float[Groups];
        int* first = stackalloc int[Groups];
        int* second = stackalloc int[Groups];
        for (int i = 0; i < count; i++)
        {
            largest[i] = Largest(x + (i * QuantizedRow.GroupLength));
        }

        Scales(Vector512.Load(largest), scale, inverse);
        for (int i = 0; i < count; i++)
        {
            Integers(x + (i * QuantizedRow.GroupLength), inverse[i], row + (i * QuantizedRow.GroupBytes), out first[i], out second[i]);
        }

        for (int i = 0; i < count; i++)
        {
            QuantizedRow.Finish(row + (i * QuantizedRow.GroupBytes), scale[i], first[i], second[i]);
        }
    }

    // As integers, magnitudes order themselves finite < infinity < NaN.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static uint Largest(float* x)
    {
        Vector512<uint> magnitude = Vector512.Create(0x7FFF_FFFFu);
        Vector512<uint> sixteen = Vector512.Max(Vector512.Load(x).AsUInt32() & magnitude, Vector512.Load(x + 16).AsUInt32() & magnitude);
        Vector256<uint> eight = Vector256.Max(sixteen.GetLower(), sixteen.GetUpper());
        Vector128<uint> four = Vector128.Max(eight.GetLower(), eight.GetUpper());
        Vector128<uint> two = Vector128.Max(four, Vector128.Shuffle(four, Vector128.Create(2u, 3, 2, 3)));
        return Vector128.Max(two, Vector128.Shuffle(two, Vector128.Create(1u, 1, 1, 1))).ToScalar();
    }

    // QuantizedRow.ScaleOf for all groups; what lies behind the last group is never used.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Scales(Vector512<uint> largest, float* scale, float* inverse)
    {
        Vector512<float> value = largest.AsSingle();
        Vector512<uint> isFinite = Vector512.LessThan(largest, Vector512.Create(0x7F80_0000u));
        Vector512<uint> isLarge = Vector512.GreaterThanOrEqual(largest, Vector512.Create(BitConverter.SingleToUInt32Bits(QuantizedRow.SmallestMagnitude)));
        Vector512<uint> counts = isFinite & isLarge;
        Vector512<float> levels = Vector512.Create(127f);
        Vector512.Store((((value / levels).AsUInt32() & counts) | Vector512.AndNot(Vector512.Create(float.NaN).AsUInt32(), isFinite)).AsSingle(), scale);
        Vector512.Store(((levels / value).AsUInt32() & counts).AsSingle(), inverse);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Integers(float* x, float inverse, byte* group, out int first, out int second)
    {
        if (inverse == 0)
        {
            Vector256<byte>.Zero.Store(group);
            first = 0;
            second = 0;
            return;
        }

        Vector512<float> factor = Vector512.Create(inverse);
        Vector128<sbyte> low = Avx512F.ConvertToVector128SByte(Avx512F.ConvertToVector512Int32(Vector512.Load(x) * factor));
        Vector128<sbyte> high = Avx512F.ConvertToVector128SByte(Avx512F.ConvertToVector512Int32(Vector512.Load(x + 16) * factor));
        low.Store((sbyte*)group);
        high.Store((sbyte*)group + 16);

        // Sums of eight bytes, made unsigned by adding 128 to each.
        Vector256<byte> bytes = Vector256.Create(low, high).AsByte() ^ Vector256.Create((byte)0x80);
        Vector256<long> eights = Avx2.SumAbsoluteDifferences(bytes, Vector256<byte>.Zero).AsInt64();
        first = (int)(eights[0] + eights[1]) - (16 * 128);
        second = (int)(eights[2] + eights[3]) - (16 * 128);
    }
}
