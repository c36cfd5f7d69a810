namespace Jevons.Hub;

/// <summary>One file that a repository lists.</summary>
/// <param name="Path">Its path in the repository, with forward slashes; safe to write below a folder.</param>
/// <param name="Size">Its size in bytes, or null when the hub does not say.</param>
/// <param name="Hash">What its bytes must hash to, or null when the hub does not say.</param>
public sealed record HubFile(string Path, long? Size, ContentHash? Hash)
{
    /// <summary>No model is near a pebibyte: a larger number is a lie that would overflow sums.</summary>
    internal const long MaxBytes = 1L << 50;

    /// <summary>The last segment of <see cref="Path"/>.</summary>
    public string FileName => Path[(Path.LastIndexOf('/') + 1)..];
}
