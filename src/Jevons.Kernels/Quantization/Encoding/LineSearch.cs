namespace Jevons.Kernels.Quantization;

/// <summary>
/// The search behind Q2_K, Q4_K and Q5_K: the line scale * q - min, q in 0..max, that lies nearest to the elements under
/// given weights. Starting from the line through least and largest element it tries a row of slightly different steps, fits
/// the weighted least-squares line to each quantisation, and keeps a fit only where its error is strictly smaller.
/// </summary>
internal static class LineSearch
{
    /// <summary>Parameters for Q2_K.</summary>
    public static readonly Settings Q2K = new(Max: 3, First: -0.5f, Last: 15, Absolute: true);

    /// <summary>Parameters for Q4_K.</summary>
    public static readonly Settings Q4K = new(Max: 15, First: -1f, Last: 20, Absolute: false);

    /// <summary>Parameters for Q5_K.</summary>
    public static readonly Settings Q5K = new(Max: 31, First: -0.5f, Last: 15, Absolute: false);

    /// <summary>w[i] = sqrt(mean of x^2) + |x[i]|.</summary>
    /// <param name="x">Elements of a sub-block.</param>
    /// <param name="weights">Receives as many weights.</param>
    public static void RootMeanSquareWeights(ReadOnlySpan<float> x, Span<float> weights)
    {
        float sum = 0;
        foreach (float value in x)
        {
            sum += value * value;
        }

        float root = MathF.Sqrt(sum / x.Length);
        for (int i = 0; i < x.Length; i++)
        {
            weights[i] = root + MathF.Abs(x[i]);
        }
    }

    /// <summary>Finds the line for one sub-block.</summary>
    /// <param name="x">Elements.</param>
    /// <param name="weights">A weight per element.</param>
    /// <param name="q">Receives the integers of the best line.</param>
    /// <param name="settings">Range of the integers and of the steps.</param>
    /// <returns>Scale and minimum; the minimum is what is subtracted and never negative.</returns>
    public static (float Scale, float Min) Find(ReadOnlySpan<float> x, ReadOnlySpan<float> weights, Span<byte> q, in Settings settings)
    {
        float low = x[0];
        float high = x[0];
        float sumW = weights[0];
        float sumWX = weights[0] * x[0];
        for (int i = 1; i < x.Length; i++)
        {
            low = x[i] < low ? x[i] : low;
            high = x[i] > high ? x[i] : high;
            sumW += weights[i];
            sumWX += weights[i] * x[i];
        }

        low = low > 0 ? 0 : low;
        if (high == low)
        {
            q.Clear();
            return (0, -low);
        }

        float inverse = settings.Max / (high - low);
        float scale = 1f / inverse;
        Round(x, inverse, low, settings.Max, q);
        float bestError = Error(x, weights, q, scale, low, settings.Absolute);
        Span<byte> trial = stackalloc byte[x.Length];
        for (int step = 0; step <= settings.Last; step++)
        {
            inverse = (settings.First + (0.1f * step) + settings.Max) / (high - low);
            Round(x, inverse, low, settings.Max, trial);
            if (!Fit(x, weights, trial, sumW, sumWX, out float slope, out float offset))
            {
                continue;
            }

            float error = Error(x, weights, trial, slope, offset, settings.Absolute);
            if (error < bestError)
            {
                trial.CopyTo(q);
                bestError = error;
                scale = slope;

                // The steps that follow start from this line's offset.
                low = offset;
            }
        }

        return (scale, -low);
    }

    /// <summary>q = nearest((x + min) / scale) within 0..max; a scale of 0 leaves the integers of the search.</summary>
    /// <param name="x">Elements.</param>
    /// <param name="scale">Scale as the block will be read.</param>
    /// <param name="min">Minimum as the block will be read.</param>
    /// <param name="max">Largest integer.</param>
    /// <param name="q">The integers.</param>
    public static void Requantize(ReadOnlySpan<float> x, float scale, float min, int max, Span<byte> q)
    {
        if (scale == 0)
        {
            return;
        }

        for (int i = 0; i < x.Length; i++)
        {
            q[i] = (byte)Rounding.Nearest((x[i] + min) / scale, 0, max);
        }
    }

    private static void Round(ReadOnlySpan<float> x, float inverse, float low, int max, Span<byte> q)
    {
        for (int i = 0; i < x.Length; i++)
        {
            q[i] = (byte)Rounding.Nearest(inverse * (x[i] - low), 0, max);
        }
    }

    // The weighted least-squares line through (q, x); one with a positive offset is replaced by the best through the origin.
    private static bool Fit(
        ReadOnlySpan<float> x, ReadOnlySpan<float> weights, ReadOnlySpan<byte> q, float sumW, float sumWX, out float slope, out float offset)
    {
        float sumWQ = 0;
        float sumWQQ = 0;
        float sumWQX = 0;
        for (int i = 0; i < x.Length; i++)
        {
            float wq = weights[i] * q[i];
            sumWQ += wq;
            sumWQQ += wq * q[i];
            sumWQX += wq * x[i];
        }

        slope = 0;
        offset = 0;
        float determinant = (sumW * sumWQQ) - (sumWQ * sumWQ);
        if (!(determinant > 0))
        {
            return false;
        }

        slope = ((sumW * sumWQX) - (sumWX * sumWQ)) / determinant;
        offset = ((sumWQQ * sumWX) - (sumWQ * sumWQX)) / determinant;
        if (offset > 0)
        {
            offset = 0;
            slope = sumWQX / sumWQQ;
        }

        return true;
    }

    private static float Error(
        ReadOnlySpan<float> x, ReadOnlySpan<float> weights, ReadOnlySpan<byte> q, float slope, float offset, bool absolute)
    {
        float error = 0;
        for (int i = 0; i < x.Length; i++)
        {
            float difference = (slope * q[i]) + offset - x[i];
            error += weights[i] * (absolute ? MathF.Abs(difference) : difference * difference);
        }

        return error;
    }

    /// <summary>What distinguishes the types that share the search.</summary>
    /// <param name="Max">Largest integer.</param>
    /// <param name="First">Offset of the first step.</param>
    /// <param name="Last">Last step; each adds 0.1.</param>
    /// <param name="Absolute">Whether errors count by magnitude, not by square.</param>
    public readonly record struct Settings(int Max, float First, int Last, bool Absolute);
}
