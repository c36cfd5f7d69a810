namespace Jevons.Training;

/// <summary>
/// Completions with what a policy loss needs of every token: sequences of any lengths one after the other, no padding. Lists of
/// tokens have one element a token of all completions.
/// </summary>
public sealed record PolicyBatch
{
    /// <summary>Tokens of each completion.</summary>
    public required IReadOnlyList<int> Lengths { get; init; }

    /// <summary>log p of every token under the policy that is trained.</summary>
    public required float[] LogProbs { get; init; }

    /// <summary>One advantage a completion.</summary>
    public required double[] Advantages { get; init; }

    /// <summary>log p under the policy at the start of the step; null: it is the policy itself and every ratio is 1.</summary>
    public float[]? OldLogProbs { get; init; }

    /// <summary>log p under the reference model; needed where beta is not 0.</summary>
    public float[]? ReferenceLogProbs { get; init; }

    /// <summary>log p as the sampler reported it; needed by a rollout correction.</summary>
    public float[]? SamplingLogProbs { get; init; }

    /// <summary>Entropy of the distribution that every token was drawn from, in nats; needed by whatever looks at entropies.</summary>
    public float[]? Entropies { get; init; }

    /// <summary>Which tokens count (not those of a tool's answer, none of a completion that was cut off); null: all.</summary>
    public bool[]? Mask { get; init; }

    /// <summary>Counting tokens of all batches of the step (TRL: num_items_in_batch); null: those of this batch.</summary>
    public double? StepTokens { get; init; }

    /// <summary>Tokens of all completions.</summary>
    public int Tokens => LogProbs.Length;

    /// <summary>Whether a token counts.</summary>
    /// <param name="token">Index among all tokens.</param>
    /// <returns>True when it does.</returns>
    public bool Counts(int token) => Mask is null || Mask[token];

    /// <summary>Checks that the parts fit each other and that those which the options look at are there.</summary>
    /// <param name="options">The loss's settings.</param>
    /// <exception cref="ArgumentException">They do not; the message names the part.</exception>
    public void Validate(PolicyOptions options)
    {
        if (Lengths.Count == 0 || Lengths.Any(l => l < 0) || Lengths.Sum(l => (long)l) != LogProbs.Length)
        {
            throw new ArgumentException($"completions of [{string.Join(", ", Lengths)}] tokens and {LogProbs.Length} log-probabilities: expected at least one completion and one log-probability a token");
        }

        if (Advantages.Length != Lengths.Count)
        {
            throw new ArgumentException($"{Advantages.Length} advantages for {Lengths.Count} completions, expected one each");
        }

        Check(OldLogProbs, nameof(OldLogProbs), null);
        Check(ReferenceLogProbs, nameof(ReferenceLogProbs), options.Beta != 0 ? "beta is not 0" : null);
        Check(SamplingLogProbs, nameof(SamplingLogProbs), options.RolloutCorrection != RolloutCorrectionMode.None ? "importance_sampling_mode is set" : null);
        Check(
            Entropies,
            nameof(Entropies),
            options.TopEntropyQuantile < 1 ? "top_entropy_quantile is below 1" : options.EntropyCoef != 0 ? "entropy_coef is not 0" : null);
        if (Mask is not null && Mask.Length != Tokens)
        {
            throw new ArgumentException($"{nameof(Mask)} has {Mask.Length} elements, expected one for each of {Tokens} tokens");
        }

        if (StepTokens is <= 0)
        {
            throw new ArgumentException(FormattableString.Invariant($"{nameof(StepTokens)} is {StepTokens}, expected more than 0"));
        }
    }

    private void Check(float[]? values, string name, string? neededBecause)
    {
        if (values is null && neededBecause is not null)
        {
            throw new ArgumentException($"{name} are missing: {neededBecause}");
        }

        if (values is not null && values.Length != Tokens)
        {
            throw new ArgumentException($"{name} has {values.Length} elements, expected one for each of {Tokens} tokens");
        }
    }
}
