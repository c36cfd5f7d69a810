namespace Jevons.Kernels.Quantization;

/// <summary>
/// The searches behind Q6_K and Q3_K: the scale of a sub-block of 16 elements that minimises the sum of x^2 (x - scale q)^2.
/// For given integers the best scale is sum(w x q) / sum(w q^2), and it is the better the larger sum(w x q)^2 / sum(w q^2).
/// </summary>
internal static class ScaleSearch
{
    private const int Q6Max = 32;
    private const int Q3Max = 4;
    private const int Passes = 5;

    /// <summary>Q6_K: tries 19 inverse scales around the one that maps the largest element to -32.</summary>
    /// <param name="x">16 elements.</param>
    /// <param name="q">Receives integers in -32..31.</param>
    /// <returns>The scale; 0 for a sub-block that counts as zero.</returns>
    public static float Steps(ReadOnlySpan<float> x, Span<sbyte> q)
    {
        float largest = Rounding.FirstLargest(x);
        if (MathF.Abs(largest) < Rounding.Negligible)
        {
            q.Fill(-Q6Max);
            return 0;
        }

        float scale = 0;
        float best = 0;
        Span<sbyte> trial = stackalloc sbyte[x.Length];

        // The unshifted scale comes first and is taken without a condition; k = 0 stands for it, k = 1..19 for -9..9.
        for (int k = 0; k < 20; k++)
        {
            int step = k == 0 ? 0 : k - 10;
            if (k > 0 && step == 0)
            {
                continue;
            }

            float inverse = -(Q6Max + (0.1f * step)) / largest;
            (float sumXQ, float sumQQ) = Sums(x, inverse, Q6Max, trial);
            if (k == 0 ? sumQQ != 0 : sumQQ > 0 && sumXQ * sumXQ > best * sumQQ)
            {
                scale = sumXQ / sumQQ;
                best = scale * sumXQ;
            }
            else if (k > 0)
            {
                continue;
            }

            trial.CopyTo(q);
        }

        return scale;
    }

    /// <summary>Q3_K: starts from the scale that maps the largest element to -4, then moves single elements while that helps.</summary>
    /// <param name="x">16 elements.</param>
    /// <param name="q">Receives integers in -4..3.</param>
    /// <returns>The scale; 0 for a sub-block that counts as zero.</returns>
    public static float Descent(ReadOnlySpan<float> x, Span<sbyte> q)
    {
        float largest = Rounding.FirstLargest(x);
        if (MathF.Abs(largest) < Rounding.Negligible)
        {
            q.Fill(-Q3Max);
            return 0;
        }

        (float sumXQ, float sumQQ) = Sums(x, -Q3Max / largest, Q3Max, q);
        for (int pass = 0; pass < Passes; pass++)
        {
            bool changed = false;
            for (int i = 0; i < x.Length; i++)
            {
                // The sums without element i give the scale that it would best be rounded by.
                float w = x[i] * x[i];
                float restXQ = sumXQ - (w * x[i] * q[i]);
                if (!(restXQ > 0))
                {
                    continue;
                }

                float restQQ = sumQQ - (w * q[i] * q[i]);
                int moved = Rounding.Nearest(x[i] * restQQ / restXQ, -Q3Max, Q3Max - 1);
                if (moved == q[i])
                {
                    continue;
                }

                restXQ += w * x[i] * moved;
                restQQ += w * moved * moved;
                if (restQQ > 0 && restXQ * restXQ * sumQQ > sumXQ * sumXQ * restQQ)
                {
                    q[i] = (sbyte)moved;
                    sumXQ = restXQ;
                    sumQQ = restQQ;
                    changed = true;
                }
            }

            if (!changed)
            {
                break;
            }
        }

        return sumQQ > 0 ? sumXQ / sumQQ : 0;
    }

    /// <summary>q = nearest(x / scale) within -max..max-1; a scale of 0 leaves the integers of the search.</summary>
    /// <param name="x">Elements.</param>
    /// <param name="scale">Scale as the block will be read.</param>
    /// <param name="max">Magnitude of the least integer.</param>
    /// <param name="q">The integers.</param>
    public static void Requantize(ReadOnlySpan<float> x, float scale, int max, Span<sbyte> q)
    {
        if (scale == 0)
        {
            return;
        }

        for (int i = 0; i < x.Length; i++)
        {
            q[i] = (sbyte)Rounding.Nearest(x[i] / scale, -max, max - 1);
        }
    }

    private static (float SumXQ, float SumQQ) Sums(ReadOnlySpan<float> x, float inverse, int max, Span<sbyte> q)
    {
        float sumXQ = 0;
        float sumQQ = 0;
        for (int i = 0; i < x.Length; i++)
        {
            int integer = Rounding.Nearest(inverse * x[i], -max, max - 1);
            q[i] = (sbyte)integer;
            float w = x[i] * x[i];
            sumXQ += w * x[i] * integer;
            sumQQ += w * integer * integer;
        }

        return (sumXQ, sumQQ);
    }
}
