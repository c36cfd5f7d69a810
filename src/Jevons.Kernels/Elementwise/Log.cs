namespace Jevons.Kernels;

/// <summary>The natural logarithm of double precision, with the same bits on every platform.</summary>
public static class Log
{
    // ln 2 in two parts; the first has 21 trailing zero bits, so that its product with an exponent is exact.
    private const double LnTwoHigh = 0.69314718036912382;
    private const double LnTwoLow = 1.9082149292705877e-10;

    /// <summary>
    /// ln x = e ln 2 + 2 atanh(s) with x = m 2^e, m in [sqrt(1/2), sqrt(2)) and s = (m - 1) / (m + 1): the series of
    /// atanh to s^23, |s| &lt; 0.172. Within 2 ulp for normal x; -infinity at 0, NaN below.
    /// </summary>
    /// <param name="x">Argument.</param>
    /// <returns>ln x.</returns>
    public static double Value(double x)
    {
        if (!(x > 0) || double.IsPositiveInfinity(x))
        {
            return x == 0 ? double.NegativeInfinity : x > 0 ? x : double.NaN;
        }

        int exponent = 0;
        if (!double.IsNormal(x))
        {
            x *= 18014398509481984.0;
            exponent = -54;
        }

        long bits = BitConverter.DoubleToInt64Bits(x);
        exponent += (int)(bits >> 52) - 1023;
        double m = BitConverter.Int64BitsToDouble((bits & 0x000FFFFFFFFFFFFF) | 0x3FF0000000000000);
        if (m > 1.4142135623730951)
        {
            m /= 2;
            exponent++;
        }

        double s = (m - 1) / (m + 1);
        double s2 = s * s;
        double series = 0;
        for (int k = 23; k >= 3; k -= 2)
        {
            series = (series * s2) + (1.0 / k);
        }

        double tail = 2 * s * s2 * series;
        return (exponent * LnTwoHigh) + ((2 * s) + (tail + (exponent * LnTwoLow)));
    }
}
