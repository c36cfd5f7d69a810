using Jevons.Kernels;

namespace Jevons.Inference;

/// <summary>How an engine runs a model.</summary>
public sealed record EngineOptions
{
    /// <summary>Positions of a sequence at most; null lets <see cref="ContextPlanner"/> choose what fits memory.</summary>
    public int? ContextLength { get; init; }

    /// <summary>
    /// Positions that all pages hold together; null for one context. More lets several long sequences run at a time.
    /// </summary>
    public long? CacheTokens { get; init; }

    /// <summary>Element type of the key-value cache; null for F16, or F32 for a model loaded exact.</summary>
    public KvType? CacheType { get; init; }

    /// <summary>Which form of multi-head latent attention computes which tokens.</summary>
    public MlaMode Mla { get; init; }

    /// <summary>Threads that compute, the loop's own included; null for one a processor.</summary>
    public int? Threads { get; init; }

    /// <summary>Tokens of one pass at most.</summary>
    public int MaxBatchTokens { get; init; } = 512;

    /// <summary>Sequences that run at a time at most.</summary>
    public int MaxSequences { get; init; } = 64;

    /// <summary>Tokens drafted per pass by the model's own prediction layer; 0 for none. No token depends on it.</summary>
    public int DraftTokens { get; init; }

    /// <summary>Bytes that weights, cache and activations may take together; null for what the runtime reports as available.</summary>
    public long? MemoryBytes { get; init; }

    /// <summary>Seeds the requests that name no seed.</summary>
    public ulong Seed { get; init; }

    /// <summary>The clock of timings.</summary>
    public TimeProvider Clock { get; init; } = TimeProvider.System;

    /// <summary>Checks the values once.</summary>
    /// <returns>This record.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A value is out of range.</exception>
    public EngineOptions Validate()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(ContextLength ?? 1, 1, nameof(ContextLength));
        ArgumentOutOfRangeException.ThrowIfLessThan(CacheTokens ?? 1, 1, nameof(CacheTokens));
        ArgumentOutOfRangeException.ThrowIfLessThan(Threads ?? 1, 1, nameof(Threads));
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxBatchTokens, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxSequences, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(DraftTokens);
        ArgumentOutOfRangeException.ThrowIfLessThan(MemoryBytes ?? 1, 1, nameof(MemoryBytes));
        return this;
    }
}
