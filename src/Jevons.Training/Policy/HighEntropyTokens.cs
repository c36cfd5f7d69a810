namespace Jevons.Training;

/// <summary>
/// The tokens where a policy decides: those whose entropy reaches the (1 - share) quantile of all tokens that count
/// (arXiv 2506.01939). The quantile interpolates linearly in f32, as torch.quantile does.
/// </summary>
public static class HighEntropyTokens
{
    /// <summary>Chooses the tokens.</summary>
    /// <param name="batch">A batch with entropies.</param>
    /// <param name="share">Share of the tokens, above 0; from 1 on all are chosen.</param>
    /// <returns>One element a token: true for those that count and are chosen.</returns>
    public static bool[] Select(PolicyBatch batch, double share)
    {
        bool[] chosen = new bool[batch.Tokens];
        if (share >= 1)
        {
            for (int t = 0; t < chosen.Length; t++)
            {
                chosen[t] = batch.Counts(t);
            }

            return chosen;
        }

        float[] entropies = batch.Entropies!;
        float[] sorted = [.. entropies.Where((_, t) => batch.Counts(t)).Order()];
        if (sorted.Length == 0)
        {
            return chosen;
        }

        float threshold = Quantile(sorted, (float)(1 - share));
        for (int t = 0; t < chosen.Length; t++)
        {
            chosen[t] = batch.Counts(t) && entropies[t] >= threshold;
        }

        return chosen;
    }

    private static float Quantile(float[] sorted, float q)
    {
        float rank = q * (sorted.Length - 1);
        int below = (int)MathF.Floor(rank);
        float weight = rank - below;
        float low = sorted[below];
        float high = sorted[Math.Min(below + 1, sorted.Length - 1)];
        return weight < 0.5f ? low + (weight * (high - low)) : high - ((high - low) * (1 - weight));
    }
}
