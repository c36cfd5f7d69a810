namespace Jevons.Inference;

/// <summary>The greedy choice.</summary>
public static class Greedy
{
    /// <summary>The token with the largest logit; the lowest id on ties, NaN never.</summary>
    /// <param name="logits">At least one value.</param>
    /// <returns>0..logits.Length-1.</returns>
    /// <exception cref="ArithmeticException">No logit is a number above negative infinity.</exception>
    public static int Choose(ReadOnlySpan<float> logits)
    {
        int best = Kernels.ArgMax.Row(logits);
        return logits[best] > float.NegativeInfinity
            ? best
            : throw new ArithmeticException("no token can be chosen: every logit is negative infinity or not a number");
    }
}
