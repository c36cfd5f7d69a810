using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Jevons.Kernels.Quantization;

/// <summary>The ways in which the quantisers turn a float into an integer or find the element that sets the scale.</summary>
internal static class Rounding
{
    // Below this magnitude a sub-block of the searched types counts as zero.
    public const float Negligible = 1e-15f;

    // 1.5 * 2^23: binary32 has spacing 1 there, so the addition itself rounds to nearest even.
    private const float Magic = 12582912f;

    /// <summary>The nearest integer, ties to even, for magnitudes below 2^22; beyond, the low bits of what the addition leaves.</summary>
    /// <param name="value">The value.</param>
    /// <returns>The integer.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Nearest(float value) => (int)(BitConverter.SingleToUInt32Bits(value + Magic) & 0x007F_FFFF) - 0x0040_0000;

    /// <summary><see cref="Nearest(float)"/> within bounds.</summary>
    /// <param name="value">The value.</param>
    /// <param name="low">Least result.</param>
    /// <param name="high">Greatest result.</param>
    /// <returns>The integer.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Nearest(float value, int low, int high) => Math.Clamp(Nearest(value), low, high);

    /// <summary><see cref="Nearest(float, int, int)"/> in every lane, the integers as floats.</summary>
    /// <param name="value">The values.</param>
    /// <param name="low">Least result.</param>
    /// <param name="high">Greatest result.</param>
    /// <returns>The integers.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Nearest(Vector256<float> value, int low, int high)
    {
        Vector256<int> bits = (value + Vector256.Create(Magic)).AsInt32() & Vector256.Create(0x007F_FFFF);
        Vector256<int> integer = bits - Vector256.Create(0x0040_0000);
        return Vector256.ConvertToSingle(Vector256.Min(Vector256.Max(integer, Vector256.Create(low)), Vector256.Create(high)));
    }

    /// <summary>
    /// Towards zero, cut to a signed byte. What has no 32-bit integer (the reciprocal of a subnormal scale is infinite) gives 0,
    /// as the integer that x86 puts in its place ends in a zero byte.
    /// </summary>
    /// <param name="value">The value.</param>
    /// <returns>The integer.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Truncate(float value) => MathF.Abs(value) < 2147483648f ? (sbyte)(int)value : 0;

    /// <summary>1 / value, or 0 for 0.</summary>
    /// <param name="value">The value.</param>
    /// <returns>The reciprocal.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float ReciprocalOrZero(float value) => value != 0 ? 1f / value : 0f;

    /// <summary>The first element of the largest magnitude, with its sign; +0 when all are zero.</summary>
    /// <param name="x">Elements.</param>
    /// <returns>The element.</returns>
    public static float FirstLargest(ReadOnlySpan<float> x)
    {
        float largest = 0;
        float signed = 0;
        foreach (float value in x)
        {
            float magnitude = MathF.Abs(value);
            if (magnitude > largest)
            {
                largest = magnitude;
                signed = value;
            }
        }

        return signed;
    }
}
