namespace Jevons.Kernels;

/// <summary>The index of the largest element.</summary>
public static class ArgMax
{
    /// <summary>The lowest index of the largest element. A NaN is never larger than anything; a row of nothing but NaN gives 0.</summary>
    /// <param name="x">At least one element.</param>
    /// <returns>0..Length-1.</returns>
    /// <exception cref="ArgumentException">The row is empty.</exception>
    public static int Row(ReadOnlySpan<float> x)
    {
        if (x.IsEmpty)
        {
            throw new ArgumentException("a row of 0 elements has no largest element", nameof(x));
        }

        int best = 0;
        float largest = float.IsNaN(x[0]) ? float.NegativeInfinity : x[0];
        bool found = !float.IsNaN(x[0]);
        for (int i = 1; i < x.Length; i++)
        {
            float value = x[i];
            if (value > largest || (!found && !float.IsNaN(value)))
            {
                best = i;
                largest = value;
                found = true;
            }
        }

        return best;
    }
}
