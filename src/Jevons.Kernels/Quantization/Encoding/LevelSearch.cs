using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Jevons.Kernels.Quantization;

/// <summary>The search behind IQ4_NL and IQ4_XS: the scale d of 32 elements that minimises the sum of x^2 (x - d T[q])^2 over IQ4_NL's levels T.</summary>
internal static class LevelSearch
{
    private const int Tries = 7;

    /// <summary>Finds the scale, starting from the one that maps the largest element to T[0], then with 15 steps around T[0].</summary>
    /// <param name="x">32 elements.</param>
    /// <returns>The scale; 0 for a sub-block that counts as zero.</returns>
    public static float Find(ReadOnlySpan<float> x)
    {
        float largest = Rounding.FirstLargest(x);
        if (MathF.Abs(largest) < Rounding.Negligible)
        {
            return 0;
        }

        ReadOnlySpan<sbyte> levels = Codebooks.Iq4Nl;
        (float sumTX, float sumTT) = Sums(x, 1f / (-largest / levels[0]));
        float scale = sumTX / sumTT;
        float best = scale * sumTX;
        for (int t = -Tries; t <= Tries; t++)
        {
            (sumTX, sumTT) = Sums(x, (t + levels[0]) / largest);
            if (sumTT > 0 && sumTX * sumTX > best * sumTT)
            {
                scale = sumTX / sumTT;
                best = scale * sumTX;
            }
        }

        return scale;
    }

    /// <summary>Index of the nearest level, the upper one of two that are equally near.</summary>
    /// <param name="value">The element over its scale.</param>
    /// <returns>0..15.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Nearest(float value)
    {
        // The index is the number of midpoints at or below the value. Near a midpoint both distances are exact in binary32, so
        // comparing with it decides as comparing the distances does. The last lane is never counted.
        Vector256<float> v = Vector256.Create(value);
        Vector256<float> lower = Vector256.Create(-115.5f, -93.5f, -74f, -57f, -42f, -28.5f, -16f, -4.5f);
        Vector256<float> upper = Vector256.Create(7f, 19f, 31.5f, 45.5f, 61f, 79f, 101f, float.NaN);
        uint below = Vector256.GreaterThanOrEqual(v, lower).ExtractMostSignificantBits()
            | Vector256.GreaterThanOrEqual(v, upper).ExtractMostSignificantBits() << 8;
        return BitOperations.PopCount(below);
    }

    private static (float SumTX, float SumTT) Sums(ReadOnlySpan<float> x, float inverse)
    {
        float sumTX = 0;
        float sumTT = 0;
        for (int i = 0; i < x.Length; i++)
        {
            float level = Codebooks.Iq4Nl[Nearest(inverse * x[i])];
            float weighted = x[i] * x[i] * level;
            sumTX += weighted * x[i];
            sumTT += weighted * level;
        }

        return (sumTX, sumTT);
    }
}
