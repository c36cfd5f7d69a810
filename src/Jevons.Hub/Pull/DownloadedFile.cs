namespace Jevons.Hub;

/// <summary>A part that is complete and verified.</summary>
internal sealed record DownloadedFile(string Sha256, long Size, string? Commit);
