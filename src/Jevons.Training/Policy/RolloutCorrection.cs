namespace Jevons.Training;

/// <summary>
/// Truncated importance sampling: the weight exp(log p_old - log p_sampling) that moves an expectation from the policy that
/// sampled to the trainer's. Constants for the gradient.
/// </summary>
public static class RolloutCorrection
{
    /// <summary>The weight of every token.</summary>
    /// <param name="batch">A batch with the sampler's log-probabilities.</param>
    /// <param name="options">Mode and bounds.</param>
    /// <returns>One element a token; 1 for tokens that do not count, and for all when the mode is none.</returns>
    public static double[] Weights(PolicyBatch batch, PolicyOptions options)
    {
        double[] weights = new double[batch.Tokens];
        Array.Fill(weights, 1);
        if (options.RolloutCorrection == RolloutCorrectionMode.None)
        {
            return weights;
        }

        bool whole = options.RolloutCorrection is RolloutCorrectionMode.SequenceTruncate or RolloutCorrectionMode.SequenceMask;
        float[] old = batch.OldLogProbs ?? batch.LogProbs;
        int first = 0;
        foreach (int length in batch.Lengths)
        {
            double sum = 0;
            for (int t = first; t < first + length; t++)
            {
                if (batch.Counts(t))
                {
                    double log = (double)old[t] - batch.SamplingLogProbs![t];
                    sum += log;
                    weights[t] = Bounded(Math.Exp(log), options);
                }
            }

            if (whole)
            {
                Array.Fill(weights, Bounded(Math.Exp(sum), options), first, length);
            }

            first += length;
        }

        return weights;
    }

    private static double Bounded(double ratio, PolicyOptions options)
    {
        double min = options.CorrectionMin ?? 0;
        double max = options.CorrectionMax ?? double.PositiveInfinity;
        bool truncates = options.RolloutCorrection is RolloutCorrectionMode.TokenTruncate or RolloutCorrectionMode.SequenceTruncate;
        return truncates ? Math.Clamp(ratio, min, max) : ratio < min || ratio > max ? 0 : ratio;
    }
}
