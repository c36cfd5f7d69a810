using System.Security.Cryptography;

namespace Jevons.Hub;

/// <summary>
/// Fetches a model from the hub into the store: lists, chooses the files, checks the disk before the first byte, receives what is
/// missing, verifies every hash, and only then moves all files into place and records them. A pull that ends early, by cancellation,
/// a lost network or a kill, leaves parts that the next one continues. Two pulls of one repository at a time: the second says so.
/// </summary>
public sealed class Puller
{
    // Room left for the operating system and the records.
    private const long SpareBytes = 64 << 20;

    private readonly HubOptions _options;
    private readonly HubClient _client;
    private readonly ModelStore _store;

    /// <summary>Makes a puller.</summary>
    /// <param name="options">The same options as the client's.</param>
    /// <param name="client">The hub. It stays the caller's.</param>
    /// <param name="store">Where models are put.</param>
    public Puller(HubOptions options, HubClient client, ModelStore store)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(client);
        ArgumentNullException.ThrowIfNull(store);
        _options = options;
        _client = client;
        _store = store;
    }

    /// <summary>Fetches a model, or completes or updates it.</summary>
    /// <param name="name">The model.</param>
    /// <param name="progress">Receives progress on the thread that does the work; may be null.</param>
    /// <param name="cancellationToken">Ends the pull at any point; what was received is kept for the next one.</param>
    /// <returns>The stored model.</returns>
    /// <exception cref="HubException">Every kind of failure; see <see cref="HubErrorKind"/>.</exception>
    /// <exception cref="OperationCanceledException">The pull was cancelled.</exception>
    public async Task<PullResult> PullAsync(
        ModelName name, IProgress<PullProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(name);
        if (_options.Offline)
        {
            return _store.Find(name.ToString()) is { IsComplete: true } stored
                ? new PullResult(stored, WasComplete: true, BytesReceived: 0)
                : throw new HubException(
                    HubErrorKind.Offline,
                    $"{name} is not in the store, and the network is switched off (offline mode)");
        }

        PullMeter meter = new(progress, _options.Time);
        meter.Enter(PullPhase.Listing);
        string asked = name.Revision ?? "main";
        HubRevision revision = await _client.GetRevisionAsync(name.Repository, asked, meter.Wait, cancellationToken);
        string fixedRevision = revision.Commit ?? asked;
        name = name with { Repository = revision.Repository ?? name.Repository };
        IReadOnlyList<HubFile> listing = await _client.ListFilesAsync(name.Repository, fixedRevision, meter.Wait, cancellationToken);
        FileSet wanted = FileSelector.Select(name, listing);
        ModelName full = name with { Variant = wanted.Variant };
        using StoreLock held = _store.Lock(full);
        return await FetchAsync(full, wanted, fixedRevision, revision, meter, cancellationToken);
    }

    private async Task<PullResult> FetchAsync(
        ModelName name, FileSet wanted, string fixedRevision, HubRevision revision, PullMeter meter, CancellationToken cancellationToken)
    {
        ModelRecord record = new()
        {
            Repository = name.Repository,
            Variant = wanted.Variant,
            Revision = name.Revision,
            Commit = revision.Commit,
            Licence = revision.Licence ?? name.Family?.Licence,
            Pulled = _options.Time.GetUtcNow(),
            Entry = wanted.Entry,
            Files = [.. wanted.Files.Select(f => new StoredFile(f.Path, f.Size ?? 0, ""))],
        };
        ModelRecord? former = _store.RecordOf(name);
        bool sameCommit = former?.Commit is { } known && known == revision.Commit;
        Dictionary<string, StoredFile> ready = await FindReadyAsync(name, wanted, sameCommit, meter, cancellationToken);
        if (former is not null && ready.Count == wanted.Files.Count)
        {
            ModelRecord same = record with { Files = InOrder(wanted, ready), Pulled = former.Pulled };
            meter.Enter(PullPhase.Done);
            return new PullResult(_store.Commit(same, []), WasComplete: true, BytesReceived: 0);
        }

        List<HubFile> missing = [.. wanted.Files.Where(f => !ready.ContainsKey(f.Path))];
        CheckDisk(name, missing);
        _store.Begin(record);
        meter.Plan(wanted.Files.Count, ready.Values.Sum(f => f.Size), wanted.Size);
        FileDownload download = new(_client, _options, meter);
        string? commit = revision.Commit;
        foreach (HubFile file in missing)
        {
            meter.Begin(file.Path, wanted.Files.Select(f => f.Path).ToList().IndexOf(file.Path) + 1);
            string part = _store.PartOf(name, file.Path);
            DownloadedFile got = await download.RunAsync(name.Repository, fixedRevision, file, part, cancellationToken);
            commit ??= got.Commit;
            ready[file.Path] = new StoredFile(file.Path, got.Size, got.Sha256);
        }

        HashSet<string> received = new(missing.Select(f => f.Path), StringComparer.Ordinal);
        StoredModel model = _store.Commit(record with { Commit = commit, Files = InOrder(wanted, ready) }, received);
        meter.Enter(PullPhase.Done);
        return new PullResult(model, WasComplete: false, meter.Received);
    }

    private static List<StoredFile> InOrder(FileSet wanted, Dictionary<string, StoredFile> files) =>
        [.. wanted.Files.Select(f => files[f.Path])];

    // Files that need not be fetched: recorded with the hash that the hub lists, or in place without a record and hashed now.
    private async Task<Dictionary<string, StoredFile>> FindReadyAsync(
        ModelName name, FileSet wanted, bool sameCommit, PullMeter meter, CancellationToken cancellationToken)
    {
        Dictionary<string, StoredFile> recorded = new(StringComparer.Ordinal);
        foreach (StoredFile file in _store.RecordedFiles(name))
        {
            recorded[file.Path] = file;
        }

        Dictionary<string, StoredFile> ready = new(StringComparer.Ordinal);
        foreach (HubFile file in wanted.Files)
        {
            string path = _store.PathOf(name, file.Path);
            long length = File.Exists(path) ? new FileInfo(path).Length : -1;
            if (length < 0 || length != (file.Size ?? length))
            {
                continue;
            }

            if (recorded.TryGetValue(file.Path, out StoredFile? known)
                && known.Size == length
                && (file.Hash is { IsSha256: true } ? known.Sha256 == file.Hash.Hex : sameCommit))
            {
                ready[file.Path] = known;
                continue;
            }

            if (file.Hash is null)
            {
                continue;
            }

            meter.Check(file.Path);
            if (await HashOnDiskAsync(path, file, cancellationToken) is { } sha256)
            {
                ready[file.Path] = new StoredFile(file.Path, length, sha256);
            }
        }

        return ready;
    }

    // The SHA-256 of a file in place when its bytes are those that the hub lists, else null.
    private static async Task<string?> HashOnDiskAsync(string path, HubFile file, CancellationToken cancellationToken)
    {
        using FileStream stream = new(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0, FileOptions.Asynchronous);
        using IncrementalHash sha256 = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        using IncrementalHash gitId = GitBlobId.Begin(file.Size ?? stream.Length);
        byte[] buffer = new byte[1 << 20];
        int read;
        while ((read = await stream.ReadAsync(buffer, cancellationToken)) > 0)
        {
            sha256.AppendData(buffer, 0, read);
            if (!file.Hash!.IsSha256)
            {
                gitId.AppendData(buffer, 0, read);
            }
        }

        string hex = Convert.ToHexStringLower(sha256.GetCurrentHash());
        string mine = file.Hash!.IsSha256 ? hex : Convert.ToHexStringLower(gitId.GetCurrentHash());
        return mine == file.Hash.Hex ? hex : null;
    }

    private void CheckDisk(ModelName name, List<HubFile> missing)
    {
        long needed = missing.Sum(f => Math.Max(0, (f.Size ?? 0) - PartFile.LengthLeft(_store.PartOf(name, f.Path), f)));
        long free = _options.FreeSpace(_store.Folder);
        if (needed + SpareBytes > free)
        {
            throw new HubException(
                HubErrorKind.NoSpace,
                $"{name} needs {ByteText.Of(needed)} more on the disk of {_store.Folder}, which has {ByteText.Of(free)} free"
                + $" (of which {ByteText.Of(SpareBytes)} stay free): free some room or choose another store folder");
        }
    }
}
