namespace Jevons.Inference;

/// <summary>The greedy choice.</summary>
public static class ArgMax
{
    /// <summary>Index of the largest value; the lowest on ties, NaN never.</summary>
    /// <param name="logits">At least one value.</param>
    /// <returns>0..logits.Length-1.</returns>
    /// <exception cref="ArithmeticException">No value is a number above negative infinity.</exception>
    public static int Of(ReadOnlySpan<float> logits)
    {
        int best = 0;
        float max = float.NegativeInfinity;
        for (int i = 0; i < logits.Length; i++)
        {
            if (logits[i] > max)
            {
                max = logits[i];
                best = i;
            }
        }

        if (float.IsNegativeInfinity(max))
        {
            throw new ArithmeticException("no token can be chosen: every logit is negative infinity or not a number");
        }

        return best;
    }
}
