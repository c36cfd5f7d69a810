using System.Runtime.CompilerServices;

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
        float* scales = (float*)(row + Scales(cols));
        int* sums32 = (int*)(row + Sums32(cols));
        int* sums16 = (int*)(row + Sums16(cols));
        float* scaled32 = (float*)(row + ScaledSums32(cols));
        float* scaled16 = (float*)(row + ScaledSums16(cols));
        int groups = cols / GroupLength;
        for (int g = 0; g < groups; g++)
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
            scales[g] = scale;
            for (int half = 0; half < 2; half++)
            {
                int sum = 0;
                for (int i = 16 * half; i < 16 * (half + 1); i++)
                {
                    int value = inverse == 0 ? 0 : (int)MathF.Round(from[i] * inverse, MidpointRounding.ToEven);
                    q[i] = (sbyte)value;
                    sum += value;
                }

                sums16[(2 * g) + half] = sum;
                scaled16[(2 * g) + half] = scale * sum;
            }

            sums32[g] = sums16[2 * g] + sums16[(2 * g) + 1];
            scaled32[g] = scale * sums32[g];
        }
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
