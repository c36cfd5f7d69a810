using Jevons.Kernels;

namespace Jevons.Inference;

/// <summary>The context that an engine has, and the memory behind it. All sizes in bytes.</summary>
public sealed record ContextPlan
{
    /// <summary>Positions of a sequence at most.</summary>
    public required int ContextLength { get; init; }

    /// <summary>Positions that the model was trained for.</summary>
    public required int TrainedLength { get; init; }

    /// <summary>Pages of 64 positions.</summary>
    public required int PageCount { get; init; }

    /// <summary>Element type of the cache.</summary>
    public required KvType CacheType { get; init; }

    /// <summary>Cache for one position, all layers.</summary>
    public required long CacheBytesPerToken { get; init; }

    /// <summary>Cache for all pages; committed by the system as pages are first used.</summary>
    public required long CacheBytes { get; init; }

    /// <summary>Weights, mapped from their file.</summary>
    public required long WeightBytes { get; init; }

    /// <summary>Activations of the largest batch, estimated.</summary>
    public required long WorkspaceBytes { get; init; }

    /// <summary>Memory that was reckoned with.</summary>
    public required long MemoryBytes { get; init; }

    /// <summary>True when weights, cache and activations fit the memory together.</summary>
    public bool Fits => WeightBytes + CacheBytes + WorkspaceBytes <= MemoryBytes;

    /// <summary>Why the context has this length, for people.</summary>
    public required string Reason { get; init; }
}
