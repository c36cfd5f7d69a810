using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Jevons.Kernels;

/// <summary>
/// Layout and rounding of one row of int8 activations, groups of 32 elements:
/// <c>a = max |x| / 127</c>, <c>q = nearest-even(x * (127 / max |x|))</c>, so x is about a * q.
/// Behind the int8 values follow, each part padded to 64 bytes: the scales a (f32), the sums of q over each 16 and each 32
/// (int32), and those sums times a rounded to f32, which types with minima multiply.
/// A group whose largest magnitude is below 2^-100 counts as zero (a = 0, q = 0). A group that holds an infinity or a NaN has
/// a = NaN and q = 0, so every output that meets it is NaN.
/// </summary>
public static unsafe class QuantizedRow
{
    /// <summary>Elements that share a scale.</summary>
    public const int GroupLength = 32;

    /// <summary>Magnitudes below this count as zero: 127 / m stays finite above it.</summary>
    internal const float SmallestMagnitude = 7.8886090522101181e-31f;

    /// <summary>Bytes of one row.</summary>
    /// <param name="cols">Elements.</param>
    /// <returns>Bytes, a multiple of 64.</returns>
    public static long Bytes(int cols) => ScaledSums16(cols) + Part(2 * Groups(cols));

    /// <summary>Groups of a row.</summary>
    internal static int Groups(int cols) => (int)(((long)cols + GroupLength - 1) / GroupLength);

    /// <summary>Byte offset of the scales a, one f32 per group.</summary>
    internal static long Scales(int cols) => ((long)cols + 63) / 64 * 64;

    /// <summary>Byte offset of the sums of q, one int32 per 32 elements.</summary>
    internal static long Sums32(int cols) => Scales(cols) + Part(Groups(cols));

    /// <summary>Byte offset of a times the sums of 32, one f32 per group.</summary>
    internal static long ScaledSums32(int cols) => Sums32(cols) + Part(Groups(cols));

    /// <summary>Byte offset of the sums of q, one int32 per 16 elements.</summary>
    internal static long Sums16(int cols) => ScaledSums32(cols) + Part(Groups(cols));

    /// <summary>Byte offset of a times the sums of 16, one f32 per 16 elements.</summary>
    internal static long ScaledSums16(int cols) => Sums16(cols) + Part(2 * Groups(cols));

    /// <summary>Quantises one row.</summary>
    /// <param name="x">Elements; a multiple of 32.</param>
    /// <param name="cols">Their number.</param>
    /// <param name="row">Bytes(cols) bytes, 64-byte aligned.</param>
    internal static void Quantize(float* x, int cols, byte* row)
    {
        if (Vector128.IsHardwareAccelerated)
        {
            QuantizeVector(x, cols, row);
        }
        else
        {
            QuantizeScalar(x, cols, row);
        }
    }

    /// <summary>The specification of <see cref="Quantize"/>.</summary>
    internal static void QuantizeScalar(float* x, int cols, byte* row)
    {
        for (int g = 0; g < cols / GroupLength; g++)
        {
            float* from = x + ((long)g * GroupLength);
            sbyte* q = (sbyte*)row + ((long)g * GroupLength);
            uint largest = 0;
            for (int i = 0; i < GroupLength; i++)
            {
                // As integers, magnitudes order themselves finite < infinity < NaN.
                largest = Math.Max(largest, BitConverter.SingleToUInt32Bits(from[i]) & 0x7FFFFFFFu);
            }

            (float scale, float inverse) = ScaleOf(BitConverter.UInt32BitsToSingle(largest));
            int first = 0;
            int second = 0;
            for (int i = 0; i < GroupLength; i++)
            {
                q[i] = inverse == 0 ? (sbyte)0 : (sbyte)MathF.Round(from[i] * inverse, MidpointRounding.ToEven);
                first += i < 16 ? q[i] : 0;
                second += i < 16 ? 0 : q[i];
            }

            Finish(row, cols, g, scale, first, second);
        }
    }

    private static void QuantizeVector(float* x, int cols, byte* row)
    {
        for (int g = 0; g < cols / GroupLength; g++)
        {
            float* from = x + ((long)g * GroupLength);
            Vector256<float> a = Vector256.Load(from);
            Vector256<float> b = Vector256.Load(from + 8);
            Vector256<float> c = Vector256.Load(from + 16);
            Vector256<float> d = Vector256.Load(from + 24);
            Vector256<uint> magnitude = Vector256.Create(0x7FFFFFFFu);
            Vector256<uint> eight = Vector256.Max(
                Vector256.Max(a.AsUInt32() & magnitude, b.AsUInt32() & magnitude),
                Vector256.Max(c.AsUInt32() & magnitude, d.AsUInt32() & magnitude));
            Vector128<uint> four = Vector128.Max(eight.GetLower(), eight.GetUpper());
            uint largest = Math.Max(Math.Max(four[0], four[1]), Math.Max(four[2], four[3]));
            (float scale, float inverse) = ScaleOf(BitConverter.UInt32BitsToSingle(largest));
            Vector256<sbyte> q = Vector256<sbyte>.Zero;
            int first = 0;
            int second = 0;
            if (inverse != 0)
            {
                Vector256<int> ia = Round(a, inverse);
                Vector256<int> ib = Round(b, inverse);
                Vector256<int> ic = Round(c, inverse);
                Vector256<int> id = Round(d, inverse);
                q = Vector256.Narrow(Vector256.Narrow(ia, ib), Vector256.Narrow(ic, id));
                first = Vector256.Sum(ia + ib);
                second = Vector256.Sum(ic + id);
            }

            q.Store((sbyte*)row + ((long)g * GroupLength));
            Finish(row, cols, g, scale, first, second);
        }
    }

    // Adding 1.5 * 2^23 rounds to a whole number, ties to even, and leaves it in the low bits.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<int> Round(Vector256<float> x, float inverse)
    {
        Vector256<float> magic = Vector256.Create(12582912f);
        return ((x * Vector256.Create(inverse)) + magic).AsInt32() - magic.AsInt32();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Finish(byte* row, int cols, int g, float scale, int first, int second)
    {
        ((float*)(row + Scales(cols)))[g] = scale;
        ((int*)(row + Sums32(cols)))[g] = first + second;
        ((float*)(row + ScaledSums32(cols)))[g] = scale * (first + second);
        int* sums16 = (int*)(row + Sums16(cols)) + (2L * g);
        sums16[0] = first;
        sums16[1] = second;
        float* scaled16 = (float*)(row + ScaledSums16(cols)) + (2L * g);
        scaled16[0] = scale * first;
        scaled16[1] = scale * second;
    }

    /// <summary>Scale and inverse of a group.</summary>
    /// <param name="largest">The largest magnitude.</param>
    /// <returns>The inverse is 0 where every q is 0.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static (float Scale, float Inverse) ScaleOf(float largest) =>
        !float.IsFinite(largest) ? (float.NaN, 0)
        : largest < SmallestMagnitude ? (0, 0)
        : (largest / 127f, 127f / largest);

    private static long Part(int count) => ((4L * count) + 63) / 64 * 64;
}
