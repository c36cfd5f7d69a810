using System.Net;

namespace Jevons.Hub;

/// <summary>
/// The open answer to a request for a file: the last response of a chain of redirects, and what the hub said along the chain.
/// </summary>
internal sealed class HubAnswer(HttpResponseMessage response, string? etag, string? commit) : IDisposable
{
    /// <summary>True when the body starts at the offset that was asked for (206), false when it is the whole file (200).</summary>
    public bool IsPartial => response.StatusCode == HttpStatusCode.PartialContent;

    /// <summary>True when the server holds nothing at the offset asked for (416).</summary>
    public bool IsBeyondEnd => response.StatusCode == HttpStatusCode.RequestedRangeNotSatisfiable;

    /// <summary>The file's entity tag as the hub itself names it (X-Linked-Etag, else the first ETag), or null.</summary>
    public string? ETag { get; } = etag;

    /// <summary>The commit that the hub served from (X-Repo-Commit), or null.</summary>
    public string? Commit { get; } = commit;

    /// <summary>The first byte of a partial body, or null when Content-Range is missing or unreadable.</summary>
    public long? From => response.Content.Headers.ContentRange?.From;

    /// <summary>The whole file's size by Content-Range or Content-Length, or null.</summary>
    public long? TotalSize => IsPartial ? response.Content.Headers.ContentRange?.Length : response.Content.Headers.ContentLength;

    /// <summary>The body.</summary>
    public Task<Stream> ReadAsync(CancellationToken cancellationToken) => response.Content.ReadAsStreamAsync(cancellationToken);

    /// <inheritdoc/>
    public void Dispose() => response.Dispose();
}
