namespace Jevons.Hub;

/// <summary>What one model takes on one machine.</summary>
public sealed record ModelAdvice
{
    /// <summary>The model.</summary>
    public required FamilyModel Model { get; init; }

    /// <summary>The context that is planned for, in positions.</summary>
    public required int Context { get; init; }

    /// <summary>Weights, cache and buffers in bytes.</summary>
    public required long MemoryNeeded { get; init; }

    /// <summary>Bytes on the disk, with a little room.</summary>
    public required long DiskNeeded { get; init; }

    /// <summary>How long the download takes at the stated speed.</summary>
    public required TimeSpan DownloadTime { get; init; }

    /// <summary>True when it leaves the rest of the machine enough memory.</summary>
    public required bool FitsMemory { get; init; }

    /// <summary>True when the disk has room.</summary>
    public required bool FitsDisk { get; init; }

    /// <summary>True when both do.</summary>
    public bool Fits => FitsMemory && FitsDisk;

    /// <summary>One line for people: name, download size and time, memory at the context, and what is in the way.</summary>
    public string Summary =>
        $"{Model.ShortName}: {ByteText.Of(Model.Bytes)} to download, about {Duration(DownloadTime)}"
        + $"; needs {ByteText.Of(MemoryNeeded)} of memory at {Context} tokens"
        + (FitsMemory ? "" : ", more than this machine can give")
        + (FitsDisk ? "" : $"; needs {ByteText.Of(DiskNeeded)} of free disk");

    private static string Duration(TimeSpan time) =>
        time.TotalMinutes < 1.5 ? $"{Math.Max(1, Math.Round(time.TotalSeconds))} s"
        : time.TotalHours < 1.5 ? $"{Math.Round(time.TotalMinutes)} min"
        : $"{Math.Round(time.TotalHours)} h";
}
