using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Jevons.Hub.Tests.Fakes;

/// <summary>
/// Speaks the hub's protocol from memory: revision, paged tree, resolve with linked headers, large files by redirect to a second
/// server that stands for the content network. A test puts faults in front of the answers.
/// </summary>
public sealed class FakeHub : IAsyncDisposable
{
    public const string Commit = "0123456789abcdef0123456789abcdef01234567";
    private readonly FakeServer _hub;
    private readonly FakeServer _cdn;

    public FakeHub(string repository = "org/Model-GGUF")
    {
        Repository = repository;
        _cdn = new FakeServer(r => Answer(r, CdnFaults, AnswerCdn));
        _hub = new FakeServer(r => Answer(r, HubFaults, AnswerHub));
    }

    public string Repository { get; }

    public Uri Address => _hub.Address;

    public Uri CdnAddress => _cdn.Address;

    /// <summary>Files by path; those of 1 KiB and more are "large" (LFS) and come from the content network.</summary>
    public SortedDictionary<string, byte[]> Files { get; } = new(StringComparer.Ordinal);

    /// <summary>Faults for requests to the hub and to the content network, used up from the front; null lets one request pass.</summary>
    public ConcurrentQueue<Func<FakeRequest, FakeResponse?>> HubFaults { get; } = new();

    public ConcurrentQueue<Func<FakeRequest, FakeResponse?>> CdnFaults { get; } = new();

    public IReadOnlyList<FakeRequest> HubRequests => [.. _hub.Requests];

    public IReadOnlyList<FakeRequest> CdnRequests => [.. _cdn.Requests];

    /// <summary>The token without which everything is gated, or null.</summary>
    public string? GatedBy { get; set; }

    public int PageSize { get; set; } = 1000;

    /// <summary>False makes the hub a mirror without the revision address.</summary>
    public bool HasRevisions { get; set; } = true;

    /// <summary>False leaves the object ids out of the listing.</summary>
    public bool ListsHashes { get; set; } = true;

    public string CurrentCommit { get; set; } = Commit;

    public string? Licence { get; set; } = "mit";

    public static byte[] RandomBytes(int length, int seed)
    {
        byte[] bytes = new byte[length];
        ulong state = (ulong)seed * 0x9E3779B97F4A7C15UL + 1;
        for (int i = 0; i < length; i++)
        {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            bytes[i] = (byte)state;
        }

        return bytes;
    }

    public static string Sha256(byte[] bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));

    public async ValueTask DisposeAsync()
    {
        await _hub.DisposeAsync();
        await _cdn.DisposeAsync();
    }

    /// <summary>A complete or ranged answer with the bytes of a file, as an honest server gives it.</summary>
    public static FakeResponse Content(FakeRequest request, byte[] bytes)
    {
        if (request.Range is null)
        {
            return new FakeResponse { Body = bytes };
        }

        long from = request.From;
        return from >= bytes.Length
            ? new FakeResponse { Status = 416, Headers = { ["Content-Range"] = $"bytes */{bytes.Length}" } }
            : new FakeResponse
            {
                Status = 206,
                Body = bytes[(int)from..],
                Headers = { ["Content-Range"] = string.Create(CultureInfo.InvariantCulture, $"bytes {from}-{bytes.Length - 1}/{bytes.Length}") },
            };
    }

    private static FakeResponse Answer(FakeRequest request, ConcurrentQueue<Func<FakeRequest, FakeResponse?>> faults, Func<FakeRequest, FakeResponse> honest) =>
        faults.TryDequeue(out Func<FakeRequest, FakeResponse?>? fault) && fault(request) is { } response ? response : honest(request);

    [SuppressMessage("Security", "CA5350", Justification = "Git's object ids are SHA-1 by definition.")]
    private static string GitId(byte[] bytes) =>
        Convert.ToHexStringLower(SHA1.HashData([.. Encoding.ASCII.GetBytes($"blob {bytes.Length}\0"), .. bytes]));

    private static bool IsLarge(byte[] bytes) => bytes.Length >= 1024;

    private FakeResponse AnswerHub(FakeRequest request)
    {
        if (GatedBy is not null && request.Authorization != $"Bearer {GatedBy}")
        {
            return FakeResponse.Error(request.Authorization is null ? 401 : 403, "GatedRepo", "Access to this model is restricted.");
        }

        string api = $"/api/models/{Repository}/";
        if (request.Path.StartsWith(api + "revision/", StringComparison.OrdinalIgnoreCase))
        {
            return !HasRevisions ? FakeResponse.Error(404)
                : request.Path.EndsWith("/missing", StringComparison.Ordinal) ? FakeResponse.Error(404, "RevisionNotFound", "Invalid rev id: missing")
                : FakeResponse.Json(JsonSerializer.Serialize(new { id = Repository, sha = CurrentCommit, cardData = new { license = Licence } }));
        }

        if (request.Path.StartsWith(api + "tree/", StringComparison.OrdinalIgnoreCase))
        {
            return Tree(request);
        }

        string resolve = $"/{Repository}/resolve/";
        if (request.Path.StartsWith(resolve, StringComparison.OrdinalIgnoreCase))
        {
            string path = Uri.UnescapeDataString(request.Path[resolve.Length..].Split('/', 2)[1]);
            return Files.TryGetValue(path, out byte[]? bytes) ? Resolve(request, bytes) : FakeResponse.Error(404, "EntryNotFound", "Entry not found");
        }

        return FakeResponse.Error(404, "RepoNotFound", "Repository not found");
    }

    private FakeResponse Tree(FakeRequest request)
    {
        int page = request.Target.Contains("cursor=", StringComparison.Ordinal)
            ? int.Parse(request.Target.Split("cursor=")[1], CultureInfo.InvariantCulture)
            : 0;
        List<object> entries = [new { type = "directory", oid = "ignored", size = 0, path = "folder" }];
        foreach ((string path, byte[] bytes) in Files.Skip(page * PageSize).Take(PageSize))
        {
            entries.Add(!ListsHashes ? new { type = "file", size = bytes.Length, path }
                : IsLarge(bytes) ? new { type = "file", oid = GitId([1, 2]), size = bytes.Length, path, lfs = new { oid = Sha256(bytes), size = bytes.Length, pointerSize = 133 } }
                : new { type = "file", oid = GitId(bytes), size = bytes.Length, path });
        }

        FakeResponse response = FakeResponse.Json(JsonSerializer.Serialize(entries));
        if ((page + 1) * PageSize < Files.Count)
        {
            response.Headers["Link"] = $"<{Address}{request.Path.TrimStart('/')}?recursive=1&cursor={page + 1}>; rel=\"next\"";
        }

        return response;
    }

    private FakeResponse Resolve(FakeRequest request, byte[] bytes)
    {
        FakeResponse response = IsLarge(bytes)
            ? FakeResponse.Redirect($"{CdnAddress}blob/{Sha256(bytes)}?Signature=s3cret")
            : Content(request, bytes);
        response.Headers["X-Repo-Commit"] = CurrentCommit;
        response.Headers[IsLarge(bytes) ? "X-Linked-Etag" : "ETag"] = $"\"{(IsLarge(bytes) ? Sha256(bytes) : GitId(bytes))}\"";
        if (IsLarge(bytes))
        {
            response.Headers["X-Linked-Size"] = bytes.Length.ToString(CultureInfo.InvariantCulture);
        }

        return response;
    }

    private FakeResponse AnswerCdn(FakeRequest request)
    {
        string hash = request.Path.Split('/')[^1];
        byte[]? bytes = Files.Values.FirstOrDefault(b => Sha256(b) == hash);
        if (bytes is null)
        {
            return FakeResponse.Error(404);
        }

        FakeResponse response = Content(request, bytes);
        response.Headers["ETag"] = "\"another-tag-of-the-content-network\"";
        return response;
    }
}
