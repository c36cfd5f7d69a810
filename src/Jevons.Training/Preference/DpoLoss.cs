namespace Jevons.Training;

/// <summary>
/// Direct preference optimisation (arXiv 2305.18290). With s = sum over a completion's tokens of log p - log p_ref and
/// d = s_chosen - s_rejected, the loss is the mean over pairs of a function of d, see <see cref="DpoLossType"/>.
/// </summary>
/// <remarks>Double precision, sums ascending. Pure: no state, thread-safe.</remarks>
public static class DpoLoss
{
    /// <summary>The loss of a batch of pairs, its derivatives and metrics.</summary>
    /// <param name="batch">Pairs.</param>
    /// <param name="options">Settings.</param>
    /// <returns>Loss, derivatives, metrics.</returns>
    /// <exception cref="ArgumentException">Settings out of range or parts that do not fit.</exception>
    public static DpoResult Compute(DpoBatch batch, DpoOptions options)
    {
        options.Validate();
        batch.Validate();
        int pairs = batch.Pairs;
        (double LogProb, double Score, int Count, int First)[] completions = Sums(batch);
        double[] gradient = new double[batch.LogProbs.Length];
        double loss = 0;
        double accurate = 0;
        double margins = 0;
        for (int i = 0; i < pairs; i++)
        {
            (double _, double chosen, int chosenCount, int chosenFirst) = completions[i];
            (double _, double rejected, int rejectedCount, int rejectedFirst) = completions[pairs + i];
            bool means = options.LossType is DpoLossType.Ipo or DpoLossType.SigmoidNorm;
            double chosenDivisor = means ? Math.Max(1, chosenCount) : 1;
            double rejectedDivisor = means ? Math.Max(1, rejectedCount) : 1;
            (double value, double slope) = OfMargin((chosen / chosenDivisor) - (rejected / rejectedDivisor), options);
            loss += value / pairs;
            Fill(batch, gradient, i, chosenFirst, slope / (pairs * chosenDivisor));
            Fill(batch, gradient, pairs + i, rejectedFirst, -slope / (pairs * rejectedDivisor));
            accurate += chosen > rejected ? 1 : 0;
            margins += options.Beta * (chosen - rejected);
        }

        double Mean(Func<(double LogProb, double Score, int Count, int First), double> of, int first) =>
            completions.Skip(first).Take(pairs).Average(of);
        return new DpoResult(loss, gradient, new Dictionary<string, double>(StringComparer.Ordinal)
        {
            ["logps/chosen"] = Mean(c => c.LogProb, 0),
            ["logps/rejected"] = Mean(c => c.LogProb, pairs),
            ["rewards/chosen"] = Mean(c => options.Beta * c.Score, 0),
            ["rewards/rejected"] = Mean(c => options.Beta * c.Score, pairs),
            ["rewards/accuracies"] = accurate / pairs,
            ["rewards/margins"] = margins / pairs,
        });
    }

    // The function of the margin and its derivative.
    private static (double Value, double Slope) OfMargin(double d, DpoOptions options)
    {
        double beta = options.Beta;
        double e = options.LabelSmoothing;
        return options.LossType switch
        {
            DpoLossType.Sigmoid or DpoLossType.SigmoidNorm => (MinusLogSigmoid(beta * d), -beta * Sigmoid(-beta * d)),
            DpoLossType.Hinge => (Math.Max(0, 1 - (beta * d)), beta * d < 1 ? -beta : 0),
            DpoLossType.Ipo => (Math.Pow(d - (1 / (2 * beta)), 2), 2 * (d - (1 / (2 * beta)))),
            DpoLossType.Robust => (
                (((1 - e) * MinusLogSigmoid(beta * d)) - (e * MinusLogSigmoid(-beta * d))) / (1 - (2 * e)),
                -beta * (((1 - e) * Sigmoid(-beta * d)) + (e * Sigmoid(beta * d))) / (1 - (2 * e))),
            _ => throw new ArgumentOutOfRangeException(nameof(options), options.LossType, "no such loss_type"),
        };
    }

    private static double Sigmoid(double x) => x >= 0 ? 1 / (1 + Math.Exp(-x)) : Math.Exp(x) / (1 + Math.Exp(x));

    // ln(1 + e^-x), without overflow for large negative x.
    private static double MinusLogSigmoid(double x) => Math.Max(0, -x) + Math.Log(1 + Math.Exp(-Math.Abs(x)));

    private static (double LogProb, double Score, int Count, int First)[] Sums(DpoBatch batch)
    {
        var sums = new (double LogProb, double Score, int Count, int First)[batch.Lengths.Count];
        int first = 0;
        for (int s = 0; s < sums.Length; s++)
        {
            double logProb = 0;
            double reference = 0;
            int count = 0;
            for (int t = first; t < first + batch.Lengths[s]; t++)
            {
                if (batch.Mask is null || batch.Mask[t])
                {
                    logProb += batch.LogProbs[t];
                    reference += batch.ReferenceLogProbs[t];
                    count++;
                }
            }

            sums[s] = (logProb, logProb - reference, count, first);
            first += batch.Lengths[s];
        }

        return sums;
    }

    private static void Fill(DpoBatch batch, double[] gradient, int completion, int first, double value)
    {
        for (int t = first; t < first + batch.Lengths[completion]; t++)
        {
            gradient[t] = batch.Mask is null || batch.Mask[t] ? value : 0;
        }
    }
}
