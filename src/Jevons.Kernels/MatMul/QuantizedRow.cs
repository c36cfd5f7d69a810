using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Jevons.Kernels;

/// <summary>
/// Layout and rounding of one row of int8 activations, groups of 32 elements:
/// <c>a = max |x| / 127</c>, <c>p = nearest-even(x * (127 / max |x|))</c>, so x is about a * p.
/// A group is one cache line: 32 values p, the scale a (f32), the negated sum of all p (int32) and that sum times a rounded to
/// f32, then negated sums and scaled sums of its two halves. Weights stored with an offset start from a negated sum, types with
/// minima multiply a scaled one.
/// A group whose largest magnitude is below 2^-100 counts as zero (a = 0, p = 0). A group that holds an infinity or a NaN has
/// a = NaN and p = 0, so every output that meets it is NaN.
/// </summary>
public static unsafe class QuantizedRow
{
    /// <summary>Elements that share a scale.</summary>
    public const int GroupLength = 32;

    /// <summary>Bytes of a group.</summary>
    internal const int GroupBytes = 64;

    /// <summary>Offset of the scale in a group.</summary>
    internal const int Scale = 32;

    /// <summary>Offset of the negated sum of 32 elements.</summary>
    internal const int NegatedSum32 = 36;

    /// <summary>Offset of a times the sum of 32 elements.</summary>
    internal const int ScaledSum32 = 40;

    /// <summary>Offset of the negated sums of 16 elements, two int32.</summary>
    internal const int NegatedSums16 = 44;

    /// <summary>Offset of a times the sums of 16 elements, two f32.</summary>
    internal const int ScaledSums16 = 52;

    /// <summary>Magnitudes below this count as zero: 127 / m stays finite above it.</summary>
    internal const float SmallestMagnitude = 7.8886090522101181e-31f;

    /// <summary>Bytes of one row.</summary>
    /// <param name="cols">Elements.</param>
    /// <returns>Bytes, a multiple of 64.</returns>
    /// <remarks>A row never fills whole pages: the groups of several tokens would share few sets of the first-level cache.</remarks>
    public static long Bytes(int cols)
    {
        long bytes = ((long)cols + GroupLength - 1) / GroupLength * GroupBytes;
        return bytes % 4096 == 0 ? bytes + (17 * GroupBytes) : bytes;
    }

    /// <summary>Quantises one row.</summary>
    /// <param name="x">Elements; a multiple of 32.</param>
    /// <param name="cols">Their number.</param>
    /// <param name="row">Bytes(cols) bytes, 64-byte aligned.</param>
    internal static void Quantize(float* x, int cols, byte* row)
    {
        if (Avx512F.IsSupported && Avx2.IsSupported)
        {
            QuantizedRow512.Quantize(x, cols, row);
        }
        else if (Vector128.IsHardwareAccelerated)
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
            sbyte* q = (sbyte*)row + ((long)g * GroupBytes);
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

            Finish((byte*)q, scale, first, second);
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

            byte* group = row + ((long)g * GroupBytes);
            q.Store((sbyte*)group);
            Finish(group, scale, first, second);
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
    internal static void Finish(byte* group, float scale, int first, int second)
    {
        *(float*)(group + Scale) = scale;
        *(int*)(group + NegatedSum32) = -(first + second);
        *(float*)(group + ScaledSum32) = scale * (first + second);
        *(int*)(group + NegatedSums16) = -first;
        *(int*)(group + NegatedSums16 + 4) = -second;
        *(float*)(group + ScaledSums16) = scale * first;
        *(float*)(group + ScaledSums16 + 4) = scale * second;
        *(int*)(group + ScaledSums16 + 8) = 0;
    }

    /// <summary>Scale and inverse of a group.</summary>
    /// <param name="largest">The largest magnitude.</param>
    /// <returns>The inverse is 0 where every q is 0.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static (float Scale, float Inverse) ScaleOf(float largest) =>
        !float.IsFinite(largest) ? (float.NaN, 0)
        : largest < SmallestMagnitude ? (0, 0)
        : (largest / 127f, 127f / largest);
}
