namespace Jevons.Hub;

/// <summary>How far a pull is. Reported at every change of phase or file, and at most ten times a second between.</summary>
public sealed record PullProgress
{
    /// <summary>What is being done.</summary>
    public required PullPhase Phase { get; init; }

    /// <summary>The file's path in the repository; empty while listing.</summary>
    public string File { get; init; } = "";

    /// <summary>The file's number among those of the model, from 1.</summary>
    public int FileNumber { get; init; }

    /// <summary>The number of files of the model.</summary>
    public int FileCount { get; init; }

    /// <summary>Bytes of the whole model that are on the disk.</summary>
    public long Done { get; init; }

    /// <summary>Bytes of the whole model, as far as the hub says.</summary>
    public long Total { get; init; }

    /// <summary>Received bytes per second over the last seconds; 0 before the first measure.</summary>
    public double BytesPerSecond { get; init; }

    /// <summary>The time that is left at that speed, or null while it is unknown.</summary>
    public TimeSpan? Remaining { get; init; }

    /// <summary>Why a pull waits; else null.</summary>
    public string? Message { get; init; }
}
