namespace Jevons.Training;

/// <summary>
/// Rewards of groups of completions as advantages: A = (r - mean of the group) / (std + eps), std with n - 1
/// (DeepSeekMath, arXiv 2402.03300, section 4.1.2; eps as in TRL). A reward that does not apply is null: it is left out of the
/// sum, and a completion without any is left out of means and deviations and has advantage 0.
/// </summary>
public static class Advantages
{
    /// <summary>TRL's addend of the standard deviation.</summary>
    public const double DefaultEpsilon = 1e-4;

    // torch.isclose(std, 0): its absolute tolerance.
    private const double NoSpread = 1e-8;

    /// <summary>Computes the advantages of groups that follow one another.</summary>
    /// <param name="rewards">For every completion the value of every reward, or null where it does not apply.</param>
    /// <param name="weights">One weight a reward.</param>
    /// <param name="groupSize">Completions of a group.</param>
    /// <param name="scale">What advantages are divided by.</param>
    /// <param name="aggregation">How several rewards become one.</param>
    /// <param name="epsilon">Added to the standard deviation.</param>
    /// <returns>Advantages, sums of rewards, share without spread.</returns>
    /// <exception cref="ArgumentException">The shapes do not fit.</exception>
    public static AdvantageResult Compute(
        IReadOnlyList<double?[]> rewards,
        ReadOnlySpan<double> weights,
        int groupSize,
        AdvantageScale scale,
        RewardAggregation aggregation = RewardAggregation.SumThenNormalize,
        double epsilon = DefaultEpsilon)
    {
        CheckGroups(rewards.Count, groupSize);
        for (int i = 0; i < rewards.Count; i++)
        {
            if (rewards[i].Length != weights.Length)
            {
                throw new ArgumentException($"completion {i} has {rewards[i].Length} rewards for {weights.Length} weights, expected one each", nameof(rewards));
            }
        }

        double?[] sums = new double?[rewards.Count];
        for (int i = 0; i < sums.Length; i++)
        {
            sums[i] = WeightedSum(rewards[i], weights);
        }

        return aggregation == RewardAggregation.SumThenNormalize
            ? Normalize(sums, groupSize, scale, epsilon)
            : Sum(rewards, sums, weights, groupSize, epsilon);
    }

    /// <summary>
    /// Leave-one-out advantages (RLOO, arXiv 2402.14740): each reward minus the mean of the group's others, by option
    /// normalised over the batch.
    /// </summary>
    /// <param name="rewards">One a completion.</param>
    /// <param name="groupSize">Completions of a group, at least 2.</param>
    /// <param name="normalize">Whether the batch's mean is subtracted and its deviation divided by.</param>
    /// <returns>One advantage a completion.</returns>
    /// <exception cref="ArgumentException">The shapes do not fit.</exception>
    public static double[] LeaveOneOut(ReadOnlySpan<double> rewards, int groupSize, bool normalize)
    {
        CheckGroups(rewards.Length, groupSize);
        ArgumentOutOfRangeException.ThrowIfLessThan(groupSize, 2);
        double[] advantages = new double[rewards.Length];
        for (int first = 0; first < rewards.Length; first += groupSize)
        {
            double sum = 0;
            foreach (double reward in rewards.Slice(first, groupSize))
            {
                sum += reward;
            }

            for (int i = first; i < first + groupSize; i++)
            {
                advantages[i] = rewards[i] - ((sum - rewards[i]) / (groupSize - 1));
            }
        }

        if (normalize)
        {
            (double mean, double deviation) = Moments([.. advantages.Select(a => (double?)a)]);
            for (int i = 0; i < advantages.Length; i++)
            {
                advantages[i] = (advantages[i] - mean) / (deviation + DefaultEpsilon);
            }
        }

        return advantages;
    }

    private static AdvantageResult Normalize(double?[] sums, int groupSize, AdvantageScale scale, double epsilon)
    {
        double[] advantages = new double[sums.Length];
        double whole = Moments(sums).Deviation;
        int flat = 0;
        for (int first = 0; first < sums.Length; first += groupSize)
        {
            (double mean, double deviation) = Moments(sums.AsSpan(first, groupSize));
            double spread = scale == AdvantageScale.Batch ? whole : deviation;
            flat += spread <= NoSpread ? groupSize : 0;
            double divisor = scale == AdvantageScale.None ? 1 : spread + epsilon;
            for (int i = first; i < first + groupSize; i++)
            {
                advantages[i] = sums[i] is { } reward ? (reward - mean) / divisor : 0;
            }
        }

        return new AdvantageResult(advantages, sums, (double)flat / sums.Length);
    }

    private static AdvantageResult Sum(IReadOnlyList<double?[]> rewards, double?[] sums, ReadOnlySpan<double> weights, int groupSize, double epsilon)
    {
        double?[][] compared = [.. rewards.Select(r => new double?[r.Length])];
        double?[] column = new double?[rewards.Count];
        for (int k = 0; k < weights.Length; k++)
        {
            for (int i = 0; i < column.Length; i++)
            {
                column[i] = rewards[i][k];
            }

            double[] one = Normalize(column, groupSize, AdvantageScale.Group, epsilon).Advantages;
            for (int i = 0; i < column.Length; i++)
            {
                compared[i][k] = column[i] is null ? null : one[i];
            }
        }

        double?[] totals = new double?[rewards.Count];
        for (int i = 0; i < totals.Length; i++)
        {
            totals[i] = WeightedSum(compared[i], weights);
        }

        (double mean, double deviation) = Moments(totals);
        double[] advantages = [.. totals.Select(t => t is { } total ? (total - mean) / (deviation + epsilon) : 0)];
        return new AdvantageResult(advantages, sums, deviation <= NoSpread ? 1 : 0);
    }

    private static double? WeightedSum(double?[] values, ReadOnlySpan<double> weights)
    {
        double? sum = null;
        for (int k = 0; k < values.Length; k++)
        {
            if (values[k] is { } value)
            {
                sum = (sum ?? 0) + (weights[k] * value);
            }
        }

        return sum;
    }

    // Mean and standard deviation (n - 1) of what is there; 0 where there is too little of it.
    private static (double Mean, double Deviation) Moments(ReadOnlySpan<double?> values)
    {
        int count = 0;
        double sum = 0;
        foreach (double? value in values)
        {
            count += value is null ? 0 : 1;
            sum += value ?? 0;
        }

        double mean = sum / Math.Max(1, count);
        double squares = 0;
        foreach (double? value in values)
        {
            squares += value is { } v ? (v - mean) * (v - mean) : 0;
        }

        return (mean, Math.Sqrt(squares / Math.Max(1, count - 1)));
    }

    private static void CheckGroups(int completions, int groupSize)
    {
        if (groupSize < 1 || completions == 0 || completions % groupSize != 0)
        {
            throw new ArgumentException($"{completions} completions in groups of {groupSize}, expected whole groups");
        }
    }
}
