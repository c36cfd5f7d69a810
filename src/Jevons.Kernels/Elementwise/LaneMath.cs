using System.Runtime.CompilerServices;

namespace Jevons.Kernels;

/// <summary>Elementary functions and number formats of sixteen lanes.</summary>
internal static class LaneMath
{
    // Beyond these the result is +infinity and +0 whatever the argument, and n below stays in -150..128.
    private const float LargestArgument = 89f;
    private const float SmallestArgument = -104f;

    // 1.5 * 2^23: adding it rounds to the nearest integer (ties to even) in the lower bits of the sum.
    private const float RoundToInteger = 12582912f;

    private const float Log2OfE = 1.44269502f;

    // ln 2 = LnTwo + LnTwoRest to 50 bits.
    private const float LnTwo = 0.693147182f;
    private const float LnTwoRest = -1.90465421e-9f;

    // q of exp(r) = 1 + r + r^2 q(r) on |r| <= 0.3466: minimax of the relative error (0.06 ulp before rounding).
    private const float Q0 = 0.49999994f;
    private const float Q1 = 0.166665211f;
    private const float Q2 = 0.0416683890f;
    private const float Q3 = 0.00836871564f;
    private const float Q4 = 0.00138146023f;

    /// <summary>
    /// e^x: n = round(x log2 e), r = x - n ln 2 in two fused steps, (1 + r + r^2 q(r)) 2^n by Horner's rule with fused
    /// multiply-adds; the power of two in two factors, so that subnormal results round once more and large ones overflow.
    /// Within 2 ulp; 1 at 0; 0 at -infinity; +infinity above 88.72; NaN at NaN.
    /// </summary>
    /// <typeparam name="T">Lanes.</typeparam>
    /// <param name="x">Arguments.</param>
    /// <returns>e^x per lane.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Exp<T>(T x)
        where T : unmanaged, ILanes<T>
    {
        T high = T.Create(LargestArgument);
        T low = T.Create(SmallestArgument);
        T bounded = T.Select(T.GreaterThan(x, high), high, x);
        bounded = T.Select(T.GreaterThan(low, bounded), low, bounded);
        T magic = T.Create(RoundToInteger);
        T n = T.FusedMultiplyAdd(bounded, T.Create(Log2OfE), magic) - magic;
        T r = T.FusedMultiplyAdd(n, T.Create(-LnTwo), bounded);
        r = T.FusedMultiplyAdd(n, T.Create(-LnTwoRest), r);
        T q = T.FusedMultiplyAdd(T.Create(Q4), r, T.Create(Q3));
        q = T.FusedMultiplyAdd(q, r, T.Create(Q2));
        q = T.FusedMultiplyAdd(q, r, T.Create(Q1));
        q = T.FusedMultiplyAdd(q, r, T.Create(Q0));
        T p = T.FusedMultiplyAdd(q, r * r, r) + T.Create(1f);
        T exponent = T.ToInt32Bits(n);
        T half = T.ShiftRightArithmeticBits(exponent, 1);
        T bias = T.CreateBits(127);
        T first = T.ShiftLeftBits(T.AddBits(half, bias), 23);
        T second = T.ShiftLeftBits(T.AddBits(T.SubtractBits(exponent, half), bias), 23);
        return p * first * second;
    }

    /// <summary>
    /// 1 / (1 + e^-x), computed from e = e^-|x| as 1 / (1 + e) or e / (1 + e), so that both ends keep their precision.
    /// </summary>
    /// <typeparam name="T">Lanes.</typeparam>
    /// <param name="x">Arguments.</param>
    /// <returns>The logistic function per lane.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Sigmoid<T>(T x)
        where T : unmanaged, ILanes<T>
    {
        T e = Exp(T.OrBits(x, T.CreateBits(int.MinValue)));
        T one = T.Create(1f);
        T numerator = T.Select(T.GreaterThan(T.Zero, x), e, one);
        return numerator / (one + e);
    }

    /// <summary>
    /// ln x of positive normal numbers: x = m 2^e with m in [2/3, 4/3), s = (m - 1) / (m + 1), e ln 2 + 2 atanh(s) by the series
    /// to s^9. Within 2 ulp, or within 1e-7 next to x = 1.
    /// </summary>
    /// <typeparam name="T">Lanes.</typeparam>
    /// <param name="x">Arguments.</param>
    /// <returns>ln x per lane.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Log<T>(T x)
        where T : unmanaged, ILanes<T>
    {
        // Subtracting the pattern of 2/3 before the shift makes the exponent that of x / (2/3).
        T exponent = T.ShiftRightArithmeticBits(T.SubtractBits(x, T.CreateBits(0x3F2AAAAB)), 23);
        T m = T.SubtractBits(x, T.ShiftLeftBits(exponent, 23));

        // The pattern of 1.5 * 2^23 plus an integer is that of 1.5 * 2^23 + the integer.
        T magic = T.Create(RoundToInteger);
        T e = T.AddBits(exponent, magic) - magic;
        T one = T.Create(1f);
        T s = (m - one) / (m + one);
        T s2 = s * s;
        T series = T.FusedMultiplyAdd(T.Create(1f / 9), s2, T.Create(1f / 7));
        series = T.FusedMultiplyAdd(series, s2, T.Create(1f / 5));
        series = T.FusedMultiplyAdd(series, s2, T.Create(1f / 3));
        T twice = s + s;
        T tail = T.FusedMultiplyAdd(series * s2, twice, e * T.Create(LnTwoRest));
        return T.FusedMultiplyAdd(e, T.Create(LnTwo), twice + tail);
    }

    /// <summary>Exact widening of IEEE binary16 patterns.</summary>
    /// <typeparam name="T">Lanes.</typeparam>
    /// <param name="half">Patterns in the lower 16 bits, upper bits 0.</param>
    /// <returns>Values.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T HalfToSingle<T>(T half)
        where T : unmanaged, ILanes<T>
    {
        // Exponent and significand move to their place; the factor 2^112 corrects the exponent's bias exactly, also for
        // subnormal halves. Infinity and NaN get an exponent of ones instead.
        T magnitude = T.ShiftLeftBits(T.AndBits(half, T.CreateBits(0x7FFF)), 13);
        T sign = T.ShiftLeftBits(T.AndBits(half, T.CreateBits(0x8000)), 16);
        T special = T.AndBits(T.GreaterThanBits(magnitude, T.CreateBits(0x0F7FFFFF)), T.CreateBits(0x7F800000));
        T value = magnitude * T.CreateBits(0x77800000);
        return T.OrBits(T.OrBits(value, special), sign);
    }

    /// <summary>IEEE binary16 patterns, rounded to nearest, ties to even; overflow gives infinity, NaN stays NaN.</summary>
    /// <typeparam name="T">Lanes.</typeparam>
    /// <param name="value">Values.</param>
    /// <returns>Patterns in the lower 16 bits, upper bits 0.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T SingleToHalf<T>(T value)
        where T : unmanaged, ILanes<T>
    {
        T magnitude = T.AndBits(value, T.CreateBits(0x7FFFFFFF));
        T sign = T.ShiftRightLogicalBits(T.AndBits(value, T.CreateBits(int.MinValue)), 16);

        // Normal: rebias by -112, add half of the last kept place (one less where that place is even).
        T odd = T.AndBits(T.ShiftRightLogicalBits(magnitude, 13), T.CreateBits(1));
        T normal = T.AddBits(T.AddBits(magnitude, T.CreateBits(unchecked((int)0xC8000FFF))), odd);
        normal = T.ShiftRightLogicalBits(normal, 13);

        // Subnormal: adding 0.5 lets the float adder round at 2^-24.
        T half = T.Create(0.5f);
        T subnormal = T.SubtractBits(magnitude + half, half);
        T result = T.Select(T.GreaterThanBits(T.CreateBits(0x38800000), magnitude), subnormal, normal);
        T nan = T.AndBits(T.GreaterThanBits(magnitude, T.CreateBits(0x7F800000)), T.CreateBits(0x0200));
        T special = T.OrBits(T.CreateBits(0x7C00), nan);
        result = T.Select(T.GreaterThanBits(magnitude, T.CreateBits(0x477FFFFF)), special, result);
        return T.OrBits(result, sign);
    }

    /// <summary>bfloat16 patterns, rounded to nearest, ties to even; a NaN keeps its upper half with the quiet bit set.</summary>
    /// <typeparam name="T">Lanes.</typeparam>
    /// <param name="value">Values.</param>
    /// <returns>Patterns in the lower 16 bits, upper bits 0.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T SingleToBFloat16<T>(T value)
        where T : unmanaged, ILanes<T>
    {
        T upper = T.ShiftRightLogicalBits(value, 16);
        T odd = T.AndBits(upper, T.CreateBits(1));
        T rounded = T.ShiftRightLogicalBits(T.AddBits(T.AddBits(value, T.CreateBits(0x7FFF)), odd), 16);
        T magnitude = T.AndBits(value, T.CreateBits(0x7FFFFFFF));
        T isNaN = T.GreaterThanBits(magnitude, T.CreateBits(0x7F800000));
        return T.Select(isNaN, T.OrBits(upper, T.CreateBits(0x40)), rounded);
    }

    /// <summary>
    /// ((a + b) + (c + d)), then the fixed tree over the lanes: the sum of 64 values that softmax kernels use.
    /// </summary>
    /// <typeparam name="T">Lanes.</typeparam>
    /// <param name="a">Values 0..15.</param>
    /// <param name="b">Values 16..31.</param>
    /// <param name="c">Values 32..47.</param>
    /// <param name="d">Values 48..63.</param>
    /// <returns>The sum.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Sum<T>(T a, T b, T c, T d)
        where T : unmanaged, ILanes<T> => T.Sum((a + b) + (c + d));
}
