using System.Runtime.Intrinsics;

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

    /// <summary>
    /// Q6_K: tries 19 inverse scales around the one that maps the largest element to -32, in eight sub-blocks at once (lanes as
    /// in <see cref="LineSearch"/>).
    /// </summary>
    /// <param name="x">Vector i holds element i of each sub-block.</param>
    /// <param name="q">Receives integers in -32..31.</param>
    /// <returns>The scales; 0 for a sub-block that counts as zero.</returns>
    public static Vector256<float> Steps(ReadOnlySpan<Vector256<float>> x, Span<Vector256<float>> q)
    {
        Vector256<float> zero = Vector256<float>.Zero;
        Vector256<float> largest = zero;
        foreach (Vector256<float> value in x)
        {
            Vector256<float> larger = Vector256.GreaterThan(Vector256.Abs(value), Vector256.Abs(largest));
            largest = Vector256.ConditionalSelect(larger, value, largest);
        }

        Vector256<float> scale = zero;
        Vector256<float> best = zero;
        Span<Vector256<float>> trial = stackalloc Vector256<float>[x.Length];

        // The unshifted scale comes first and is taken without a condition; k = 0 stands for it, the others for -9..9 without 0.
        for (int k = 0; k < 19; k++)
        {
            int step = k == 0 ? 0 : k <= 9 ? k - 10 : k - 9;
            Vector256<float> inverse = Vector256.Create(-(Q6Max + (0.1f * step))) / largest;
            (Vector256<float> sumXQ, Vector256<float> sumQQ) = Sums(x, inverse, trial);
            Vector256<float> better = k == 0
                ? Vector256.Create(-1).AsSingle()
                : Vector256.GreaterThan(sumQQ, zero) & Vector256.GreaterThan(sumXQ * sumXQ, best * sumQQ);
            Vector256<float> fitted = Vector256.AndNot(sumXQ / sumQQ, Vector256.Equals(sumQQ, zero));
            scale = Vector256.ConditionalSelect(better, fitted, scale);
            best = Vector256.ConditionalSelect(better, fitted * sumXQ, best);
            for (int i = 0; i < x.Length; i++)
            {
                q[i] = Vector256.ConditionalSelect(better, trial[i], q[i]);
            }
        }

        Vector256<float> negligible = Vector256.LessThan(Vector256.Abs(largest), Vector256.Create(Rounding.Negligible));
        for (int i = 0; i < x.Length; i++)
        {
            q[i] = Vector256.ConditionalSelect(negligible, Vector256.Create((float)-Q6Max), q[i]);
        }

        return Vector256.AndNot(scale, negligible);
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

    private static (Vector256<float> SumXQ, Vector256<float> SumQQ) Sums(
        ReadOnlySpan<Vector256<float>> x, Vector256<float> inverse, Span<Vector256<float>> q)
    {
        Vector256<float> sumXQ = Vector256<float>.Zero;
        Vector256<float> sumQQ = Vector256<float>.Zero;
        for (int i = 0; i < x.Length; i++)
        {
            Vector256<float> integer = Rounding.Nearest(inverse * x[i], -Q6Max, Q6Max - 1);
            q[i] = integer;
            Vector256<float> w = x[i] * x[i];
            sumXQ += w * x[i] * integer;
            sumQQ += w * integer * integer;
        }

        return (sumXQ, sumQQ);
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
