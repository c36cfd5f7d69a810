using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Jevons.Kernels.Quantization;

/// <summary>
/// The search behind Q2_K, Q4_K and Q5_K: the line scale * q - min, q in 0..max, that lies nearest to the elements under
/// given weights. Starting from the line through least and largest element it tries a row of slightly different steps, fits
/// the weighted least-squares line to each quantisation, and keeps a fit only where its error is strictly smaller.
/// <para>
/// Sub-blocks do not depend on each other, so eight are searched at once: lane j of every vector belongs to sub-block j, and
/// vector i holds element i of each. A lane thus adds in element order, exactly as a loop over one sub-block would.
/// </para>
/// </summary>
internal static class LineSearch
{
    /// <summary>Sub-blocks searched together.</summary>
    public const int Lanes = 8;

    /// <summary>Parameters for Q2_K.</summary>
    public static readonly Settings Q2K = new(Max: 3, First: -0.5f, Last: 15, Absolute: true);

    /// <summary>Parameters for Q4_K.</summary>
    public static readonly Settings Q4K = new(Max: 15, First: -1f, Last: 20, Absolute: false);

    /// <summary>Parameters for Q5_K.</summary>
    public static readonly Settings Q5K = new(Max: 31, First: -0.5f, Last: 15, Absolute: false);

    /// <summary>Element i of eight consecutive sub-blocks into lanes 0..7 of vector i.</summary>
    /// <param name="x">Eight sub-blocks of <c>lanes.Length</c> elements.</param>
    /// <param name="lanes">Receives the vectors.</param>
    public static void Transpose(ReadOnlySpan<float> x, Span<Vector256<float>> lanes)
    {
        int n = lanes.Length;
        for (int i = 0; i < n; i++)
        {
            lanes[i] = Vector256.Create(
                x[i], x[n + i], x[(2 * n) + i], x[(3 * n) + i], x[(4 * n) + i], x[(5 * n) + i], x[(6 * n) + i], x[(7 * n) + i]);
        }
    }

    /// <summary>The integers of eight sub-blocks back in element order.</summary>
    /// <param name="lanes">Vector i holds integer i of each sub-block.</param>
    /// <param name="q">Receives eight sub-blocks of <c>lanes.Length</c> integers.</param>
    public static void Transpose(ReadOnlySpan<Vector256<float>> lanes, Span<sbyte> q)
    {
        for (int i = 0; i < lanes.Length; i++)
        {
            for (int j = 0; j < Lanes; j++)
            {
                q[(j * lanes.Length) + i] = (sbyte)lanes[i][j];
            }
        }
    }

    /// <summary>w[i] = sqrt(mean of x^2) + |x[i]|.</summary>
    /// <param name="x">Elements.</param>
    /// <param name="weights">Receives as many weights.</param>
    public static void RootMeanSquareWeights(ReadOnlySpan<Vector256<float>> x, Span<Vector256<float>> weights)
    {
        Vector256<float> sum = Vector256<float>.Zero;
        foreach (Vector256<float> value in x)
        {
            sum += value * value;
        }

        Vector256<float> root = Vector256.Sqrt(sum / Vector256.Create((float)x.Length));
        for (int i = 0; i < x.Length; i++)
        {
            weights[i] = root + Vector256.Abs(x[i]);
        }
    }

    /// <summary>Finds the lines of eight sub-blocks.</summary>
    /// <param name="x">Elements; at most 32 per sub-block.</param>
    /// <param name="weights">A weight per element.</param>
    /// <param name="q">Receives the integers of the best lines.</param>
    /// <param name="settings">Range of the integers and of the steps.</param>
    /// <returns>Scales and minima; a minimum is what is subtracted and never negative.</returns>
    public static (Vector256<float> Scale, Vector256<float> Min) Find(
        ReadOnlySpan<Vector256<float>> x, ReadOnlySpan<Vector256<float>> weights, Span<Vector256<float>> q, in Settings settings)
    {
        Vector256<float> zero = Vector256<float>.Zero;
        Vector256<float> low = x[0];
        Vector256<float> high = x[0];
        Vector256<float> sumW = weights[0];
        Vector256<float> sumWX = weights[0] * x[0];
        for (int i = 1; i < x.Length; i++)
        {
            low = Vector256.ConditionalSelect(Vector256.LessThan(x[i], low), x[i], low);
            high = Vector256.ConditionalSelect(Vector256.GreaterThan(x[i], high), x[i], high);
            sumW += weights[i];
            sumWX += weights[i] * x[i];
        }

        // A sub-block without extent has the line 0 * q - low; what the search computes in its lane is dropped at the end.
        low = Vector256.ConditionalSelect(Vector256.GreaterThan(low, zero), zero, low);
        Vector256<float> flat = Vector256.Equals(high, low);
        Vector256<float> flatMin = -low;

        Vector256<float> max = Vector256.Create((float)settings.Max);
        Vector256<float> inverse = max / (high - low);
        Vector256<float> scale = Vector256<float>.One / inverse;
        Round(x, inverse, low, settings.Max, q);
        Vector256<float> bestError = Error(x, weights, q, scale, low, settings.Absolute);
        Span<Vector256<float>> trial = stackalloc Vector256<float>[x.Length];
        for (int step = 0; step <= settings.Last; step++)
        {
            inverse = Vector256.Create(settings.First + (0.1f * step) + settings.Max) / (high - low);
            Round(x, inverse, low, settings.Max, trial);
            Vector256<float> valid = Fit(x, weights, trial, sumW, sumWX, out Vector256<float> slope, out Vector256<float> offset);
            Vector256<float> error = Error(x, weights, trial, slope, offset, settings.Absolute);
            Vector256<float> better = valid & Vector256.LessThan(error, bestError);
            for (int i = 0; i < x.Length; i++)
            {
                q[i] = Vector256.ConditionalSelect(better, trial[i], q[i]);
            }

            bestError = Vector256.ConditionalSelect(better, error, bestError);
            scale = Vector256.ConditionalSelect(better, slope, scale);

            // The steps that follow start from this line's offset.
            low = Vector256.ConditionalSelect(better, offset, low);
        }

        for (int i = 0; i < x.Length; i++)
        {
            q[i] = Vector256.AndNot(q[i], flat);
        }

        return (Vector256.AndNot(scale, flat), Vector256.ConditionalSelect(flat, flatMin, -low));
    }

    /// <summary>q = nearest((x + min) / scale) within 0..max; a scale of 0 leaves the integers of the search.</summary>
    /// <param name="x">Elements.</param>
    /// <param name="scale">Scales as the block will be read.</param>
    /// <param name="min">Minima as the block will be read.</param>
    /// <param name="max">Largest integer.</param>
    /// <param name="q">The integers.</param>
    public static void Requantize(
        ReadOnlySpan<Vector256<float>> x, Vector256<float> scale, Vector256<float> min, int max, Span<Vector256<float>> q)
    {
        Vector256<float> keep = Vector256.Equals(scale, Vector256<float>.Zero);
        for (int i = 0; i < x.Length; i++)
        {
            q[i] = Vector256.ConditionalSelect(keep, q[i], Rounding.Nearest((x[i] + min) / scale, 0, max));
        }
    }

    private static void Round(
        ReadOnlySpan<Vector256<float>> x, Vector256<float> inverse, Vector256<float> low, int max, Span<Vector256<float>> q)
    {
        for (int i = 0; i < x.Length; i++)
        {
            q[i] = Rounding.Nearest(inverse * (x[i] - low), 0, max);
        }
    }

    // The weighted least-squares line through (q, x); one with a positive offset is replaced by the best through the origin.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> Fit(
        ReadOnlySpan<Vector256<float>> x,
        ReadOnlySpan<Vector256<float>> weights,
        ReadOnlySpan<Vector256<float>> q,
        Vector256<float> sumW,
        Vector256<float> sumWX,
        out Vector256<float> slope,
        out Vector256<float> offset)
    {
        Vector256<float> sumWQ = Vector256<float>.Zero;
        Vector256<float> sumWQQ = Vector256<float>.Zero;
        Vector256<float> sumWQX = Vector256<float>.Zero;
        for (int i = 0; i < x.Length; i++)
        {
            Vector256<float> wq = weights[i] * q[i];
            sumWQ += wq;
            sumWQQ += wq * q[i];
            sumWQX += wq * x[i];
        }

        Vector256<float> determinant = (sumW * sumWQQ) - (sumWQ * sumWQ);
        slope = ((sumW * sumWQX) - (sumWX * sumWQ)) / determinant;
        offset = ((sumWQQ * sumWX) - (sumWQ * sumWQX)) / determinant;
        Vector256<float> positive = Vector256.GreaterThan(offset, Vector256<float>.Zero);
        offset = Vector256.AndNot(offset, positive);
        slope = Vector256.ConditionalSelect(positive, sumWQX / sumWQQ, slope);
        return Vector256.GreaterThan(determinant, Vector256<float>.Zero);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> Error(
        ReadOnlySpan<Vector256<float>> x,
        ReadOnlySpan<Vector256<float>> weights,
        ReadOnlySpan<Vector256<float>> q,
        Vector256<float> slope,
        Vector256<float> offset,
        bool absolute)
    {
        Vector256<float> error = Vector256<float>.Zero;
        for (int i = 0; i < x.Length; i++)
        {
            Vector256<float> difference = (slope * q[i]) + offset - x[i];
            error += weights[i] * (absolute ? Vector256.Abs(difference) : difference * difference);
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
