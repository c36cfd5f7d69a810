using System.Text.Json;

namespace Jevons.Hub;

public sealed partial class HubClient
{
    private const int MaxPages = 200;
    private const int MaxFiles = 100_000;

    /// <summary>Asks which commit a revision is now, and under which licence the model stands.</summary>
    /// <param name="repository">The repository, <c>org/repo</c>.</param>
    /// <param name="revision">A branch, tag or commit.</param>
    /// <param name="waiting">Told before each retry: why, and how long the wait is.</param>
    /// <param name="cancellationToken">Ends the request.</param>
    /// <returns>The commit; on a mirror without this address a revision without one.</returns>
    /// <exception cref="HubException">The repository or revision does not exist, access is refused, or the network fails.</exception>
    public async Task<HubRevision> GetRevisionAsync(
        string repository, string revision, Action<string, TimeSpan>? waiting = null, CancellationToken cancellationToken = default)
    {
        Uri address = new($"{_root}/api/models/{repository}/revision/{Escape(revision, slashes: true)}");
        try
        {
            using JsonAnswer answer = await GetJsonAsync(address, repository, $"{repository}@{revision}", waiting, cancellationToken);
            JsonElement root = answer.Root;
            string? commit = TextOf(root, "sha");
            string? id = TextOf(root, "id");
            return new HubRevision(
                commit is not null && commit.Length == 40 && commit.All(char.IsAsciiHexDigit) ? commit : null,
                LicenceOf(root),
                repository.Equals(id, StringComparison.OrdinalIgnoreCase) ? id : null);
        }
        catch (HubException e) when (e.Kind == HubErrorKind.NotFound && e.IsUnnamed)
        {
            return new HubRevision(null, null);
        }
    }

    /// <summary>Lists every file of a repository at a revision.</summary>
    /// <param name="repository">The repository, <c>org/repo</c>.</param>
    /// <param name="revision">A branch, tag or commit.</param>
    /// <param name="waiting">Told before each retry: why, and how long the wait is.</param>
    /// <param name="cancellationToken">Ends the request.</param>
    /// <returns>The files in the hub's order; every path is safe to write below a folder.</returns>
    /// <exception cref="HubException">
    /// The repository or revision does not exist, access is refused, the network fails, or a listed path would leave the folder.
    /// </exception>
    public async Task<IReadOnlyList<HubFile>> ListFilesAsync(
        string repository, string revision, Action<string, TimeSpan>? waiting = null, CancellationToken cancellationToken = default)
    {
        List<HubFile> files = [];
        Uri? page = new($"{_root}/api/models/{repository}/tree/{Escape(revision, slashes: true)}?recursive=1");
        for (int pages = 0; page is not null; pages++)
        {
            string what = $"the files of {repository}@{revision}";
            using JsonAnswer answer = await GetJsonAsync(page, repository, what, waiting, cancellationToken);
            if (answer.Root.ValueKind != JsonValueKind.Array || pages >= MaxPages || files.Count > MaxFiles)
            {
                throw new HubException(
                    HubErrorKind.Corrupt,
                    $"the hub's listing of {repository}@{revision} is not a list of files of a usable length");
            }

            files.AddRange(answer.Root.EnumerateArray().Where(e => TextOf(e, "type") == "file").Select(e => FileOf(e, repository)));
            page = answer.NextPage is null ? null : Follow(page, answer.NextPage, repository);
        }

        return files;
    }

    // The next page gets the token too, so it must be on the hub itself.
    private Uri Follow(Uri page, string next, string repository) =>
        Uri.TryCreate(page, next, out Uri? address) && SameOrigin(address, _options.Endpoint)
            ? address
            : throw new HubException(
                HubErrorKind.Corrupt,
                $"the hub's listing of {repository} goes on at another host, {RemotePath.Printable(next)}: not followed");

    private static HubFile FileOf(JsonElement entry, string repository)
    {
        string path = TextOf(entry, "path") ?? "";
        if (!RemotePath.IsSafe(path))
        {
            throw new HubException(
                HubErrorKind.Corrupt,
                $"the hub lists a file named '{RemotePath.Printable(path)}' in {repository}, which would leave its folder; nothing was written");
        }

        bool isLarge = entry.TryGetProperty("lfs", out JsonElement lfs) && lfs.ValueKind == JsonValueKind.Object;
        long? size = (isLarge ? SizeOf(lfs) : null) ?? SizeOf(entry);
        return size > HubFile.MaxBytes
            ? throw new HubException(HubErrorKind.Corrupt, $"the hub lists {path} of {repository} with {size} bytes, which no file has")
            : new HubFile(path, size, ContentHash.TryParse(TextOf(isLarge ? lfs : entry, "oid")));
    }

    private static long? SizeOf(JsonElement entry) =>
        entry.TryGetProperty("size", out JsonElement size)
        && size.ValueKind == JsonValueKind.Number
        && size.TryGetInt64(out long bytes)
        && bytes >= 0
            ? bytes
            : null;

    private static string? TextOf(JsonElement entry, string key) =>
        entry.ValueKind == JsonValueKind.Object && entry.TryGetProperty(key, out JsonElement text) && text.ValueKind == JsonValueKind.String
            ? text.GetString()
            : null;

    private static string? LicenceOf(JsonElement root)
    {
        if (root.ValueKind != JsonValueKind.Object || !root.TryGetProperty("cardData", out JsonElement card))
        {
            return null;
        }

        string? licence = TextOf(card, "license_name") ?? TextOf(card, "license");
        return licence is null ? null : RemotePath.Printable(licence, 80);
    }
}
