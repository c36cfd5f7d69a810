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
    public static int Nearest(float value)
    {
        ReadOnlySpan<sbyte> levels = Codebooks.Iq4Nl;
        if (value <= levels[0])
        {
            return 0;
        }

        if (!(value < levels[15]))
        {
            return 15;
        }

        int upper = 8;
        for (int step = 4; step > 0; step >>= 1)
        {
            upper += value < levels[upper] ? -step : step;
        }

        upper += value < levels[upper] ? 0 : 1;
        return value - levels[upper - 1] < levels[upper] - value ? upper - 1 : upper;
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
