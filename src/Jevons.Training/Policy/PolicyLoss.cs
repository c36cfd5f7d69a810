namespace Jevons.Training;

/// <summary>
/// Group-relative policy optimisation and its relatives, as functions of log-probabilities. With w = p / p_old, A the advantage
/// of a completion, f the constant weights of a token, c the average of the loss type and d = log p_ref - log p:
/// <code>
/// L = sum over tokens of c (f policy(w, A) + beta kl) - entropy_coef mean entropy,    kl = e^d - d - 1 (times w if asked for)
/// </code>
/// </summary>
/// <remarks>
/// What is kept and what is dropped of the papers:
/// <list type="bullet">
/// <item>GRPO (arXiv 2402.03300, eq. 3 and 4): clipped ratio, mean over tokens, then over completions, k3 inside of the loss.
/// The outer loop over reference models belongs to the trainer; process rewards per step are dropped.</item>
/// <item>DAPO (2503.14476): clip-higher (epsilon_high), the average over all tokens of the step. Dynamic sampling and the
/// overlong penalty act before the loss, on groups and rewards.</item>
/// <item>Dr. GRPO (2503.20783): the constant divisor. Its advantage without the standard deviation is an
/// <see cref="AdvantageScale"/>.</item>
/// <item>GSPO (2507.18071): the sequence's ratio, eq. 7. GSPO-token, with an advantage for every token, is dropped.</item>
/// <item>CISPO (2506.13585): eq. 4 and 5 with the upper cap alone, as in the paper's runs; epsilon_high is the cap.</item>
/// <item>luspo, sapo, vespo, gmpo: TRL's forms. For gmpo the ratio is a sequence's, of logarithms clipped on the side on which
/// the advantage pushes.</item>
/// <item>delta (two-sided clipping, INTELLECT-2), high-entropy tokens (2506.01939), off-policy masking and the weighted KL
/// (DeepSeek-V3.2), truncated importance sampling for rollouts of another policy: options for any loss type. The divisors count
/// all tokens whatever is masked by them, and the KL term is not masked.</item>
/// </list>
/// Double precision throughout, sums ascending. Pure: no state, thread-safe.
/// </remarks>
public static class PolicyLoss
{
    // vespo: a token's log ratio counts within these bounds.
    private const double LargestLogRatio = 20;

    /// <summary>The loss of a batch, its derivatives and metrics.</summary>
    /// <param name="batch">Completions.</param>
    /// <param name="options">Settings.</param>
    /// <returns>Loss, derivatives, metrics.</returns>
    /// <exception cref="ArgumentException">Settings out of range, or parts of the batch that are missing or do not fit.</exception>
    public static PolicyLossResult Compute(PolicyBatch batch, PolicyOptions options)
    {
        options.Validate();
        batch.Validate(options);
        bool[] chosen = HighEntropyTokens.Select(batch, options.TopEntropyQuantile);
        double[] correction = RolloutCorrection.Weights(batch, options);
        PolicyMetrics metrics = new(batch, options);
        double[] gradient = new double[batch.Tokens];
        double loss = 0;
        int first = 0;
        for (int s = 0; s < batch.Lengths.Count; s++)
        {
            loss += Completion(batch, options, s, first, chosen, correction, metrics, gradient);
            first += batch.Lengths[s];
        }

        double[]? byEntropy = null;
        if (options.EntropyCoef != 0)
        {
            metrics.PolicyLoss(loss);
            (double bonus, byEntropy) = EntropyBonus(batch, options, chosen);
            loss -= bonus;
        }

        return new PolicyLossResult(loss, gradient, byEntropy, metrics.ToDictionary());
    }

    private static double Completion(
        PolicyBatch batch, PolicyOptions options, int s, int first, bool[] chosen, double[] correction, PolicyMetrics metrics, double[] gradient)
    {
        int end = first + batch.Lengths[s];
        double advantage = batch.Advantages[s];
        int counted = 0;
        double meanLog = 0;
        double sequenceLog = 0;
        double moved = 0;
        for (int t = first; t < end; t++)
        {
            if (batch.Counts(t))
            {
                double log = LogRatio(batch, t);
                counted++;
                meanLog += ClippedLog(log, advantage, options);
                sequenceLog += Math.Clamp(log, -LargestLogRatio, LargestLogRatio)
                    + (options.LossType == PolicyLossType.Vespo ? Math.Log(Math.Max(correction[t], 1e-8)) : 0);
                moved += (double)(batch.SamplingLogProbs ?? batch.OldLogProbs ?? batch.LogProbs)[t] - batch.LogProbs[t];
            }
        }

        int divisor = Math.Max(1, counted);
        meanLog /= divisor;
        bool dropped = advantage < 0 && moved / divisor > options.OffPolicyMaskThreshold;
        bool perToken = options.Level == ImportanceLevel.Token && options.LossType != PolicyLossType.Gmpo;
        double phi = options.LossType == PolicyLossType.Vespo ? Surrogate.Phi(sequenceLog, advantage, options) : 0;
        double c = PolicyAverage.Factor(batch, options, counted, metrics.Counted);
        double loss = 0;
        double byMeanLog = 0;
        for (int t = first; t < end; t++)
        {
            if (!batch.Counts(t))
            {
                continue;
            }

            double log = LogRatio(batch, t);
            double w = Math.Exp(perToken ? log : meanLog);
            double logProb = batch.LogProbs[t];
            PolicyTerm term = options.LossType switch
            {
                PolicyLossType.Cispo => Surrogate.Capped(w, advantage, logProb, options),
                PolicyLossType.Sapo => Surrogate.Gated(w, advantage, options),
                PolicyLossType.Vespo => Surrogate.Weighted(phi, advantage, logProb),
                PolicyLossType.Gmpo => Surrogate.Geometric(w, log, advantage, options),
                _ => Surrogate.Clipped(w, advantage, options),
            };
            double f = dropped || !chosen[t] ? 0 : options.LossType == PolicyLossType.Vespo ? 1 : correction[t];
            double value = f * term.Value;
            double byLogProb = f * term.ByLogProb;
            double byLogRatio = f * term.ByLogRatio;
            double kl = 0;
            if (options.Beta != 0)
            {
                (kl, double slope) = KlDivergence.Of(KlEstimator.K3, logProb, batch.ReferenceLogProbs![t]);
                double weight = options.UseBiasCorrectionKl ? w : 1;
                kl *= weight;
                value += options.Beta * kl;
                byLogProb += options.Beta * slope * weight;
                byLogRatio += options.UseBiasCorrectionKl ? options.Beta * kl : 0;
            }

            loss += c * value;
            gradient[t] = c * (byLogProb + (perToken ? byLogRatio : 0));
            byMeanLog += c * byLogRatio;
            metrics.Token(t, term, kl);
        }

        for (int t = first; !perToken && t < end; t++)
        {
            if (batch.Counts(t) && IsInside(LogRatio(batch, t), advantage, options))
            {
                gradient[t] += byMeanLog / divisor;
            }
        }

        metrics.Completion(counted, phi);
        return loss;
    }

    private static double LogRatio(PolicyBatch batch, int t) =>
        batch.OldLogProbs is null ? 0 : (double)batch.LogProbs[t] - batch.OldLogProbs[t];

    // gmpo clips the logarithms on the side to which the advantage pushes; the other losses take them as they are.
    private static double ClippedLog(double log, double advantage, PolicyOptions options) =>
        IsInside(log, advantage, options) ? log : advantage > 0 ? options.EpsilonHigh : -options.EpsilonLow;

    private static bool IsInside(double log, double advantage, PolicyOptions options) =>
        options.LossType != PolicyLossType.Gmpo || (advantage > 0 ? log <= options.EpsilonHigh : log >= -options.EpsilonLow);

    private static (double Bonus, double[] ByEntropy) EntropyBonus(PolicyBatch batch, PolicyOptions options, bool[] chosen)
    {
        double count = Math.Max(1, chosen.Count(c => c));
        double factor = options.EntropyCoef / (count * options.GradientAccumulationSteps);
        double[] byEntropy = new double[batch.Tokens];
        double sum = 0;
        for (int t = 0; t < byEntropy.Length; t++)
        {
            if (chosen[t])
            {
                sum += batch.Entropies![t];
                byEntropy[t] = -factor;
            }
        }

        return (factor * sum, byEntropy);
    }
}
