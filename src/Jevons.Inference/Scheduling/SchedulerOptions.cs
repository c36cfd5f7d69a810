namespace Jevons.Inference;

/// <summary>Bounds of a scheduler's batches.</summary>
public sealed record SchedulerOptions
{
    /// <summary>Tokens of one pass at most: decode tokens, drafts and prompt pieces together.</summary>
    public int MaxBatchTokens { get; init; } = 512;

    /// <summary>Sequences that run at a time at most; no more than <see cref="MaxBatchTokens"/>.</summary>
    public int MaxSequences { get; init; } = 64;

    /// <summary>Positions of a sequence at most, prompt and generated tokens together.</summary>
    public int MaxContext { get; init; } = int.MaxValue;

    /// <summary>Checks the values once.</summary>
    /// <returns>This record.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A value is out of range.</exception>
    public SchedulerOptions Validate()
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(MaxBatchTokens);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(MaxSequences);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(MaxContext);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(MaxSequences, MaxBatchTokens);
        return this;
    }
}
