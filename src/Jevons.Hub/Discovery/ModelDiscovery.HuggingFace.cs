namespace Jevons.Hub;

/// <content>
/// The Hugging Face cache: <c>models--{org}--{name}/snapshots/{commit}/</c> holds the files (links into <c>blobs/</c>),
/// <c>refs/main</c> the commit that is current.
/// </content>
public sealed partial class ModelDiscovery
{
    private const string ModelPrefix = "models--";
    private const int SnapshotDepth = 2;

    private IEnumerable<FoundModel> InHuggingFace(ICollection<string>? problems)
    {
        if (_folders.HuggingFace is not { } cache || !Directory.Exists(cache))
        {
            yield break;
        }

        EnumerationOptions plain = new() { IgnoreInaccessible = true, AttributesToSkip = FileAttributes.None };
        foreach (string repo in Directory.EnumerateDirectories(cache, ModelPrefix + "*", plain))
        {
            string repository = Path.GetFileName(repo)[ModelPrefix.Length..].Replace("--", "/", StringComparison.Ordinal);
            if (CurrentSnapshot(repo) is not { } snapshot)
            {
                continue;
            }

            foreach (LocalModel model in new FolderScan(problems).Scan(snapshot, SnapshotDepth))
            {
                bool isFolder = Directory.Exists(model.Path);
                yield return new FoundModel
                {
                    Name = isFolder ? repository : $"{repository}:{model.Quant ?? model.Stem}",
                    Path = model.Path,
                    Size = model.Size,
                    Source = ModelSource.HuggingFace,
                    Description = DescriptionOf(repository, null),
                };
            }
        }
    }

    // The snapshot that refs/main names, else the newest one.
    private static string? CurrentSnapshot(string repo)
    {
        try
        {
            string snapshots = Path.Combine(repo, "snapshots");
            string main = Path.Combine(repo, "refs", "main");
            if (File.Exists(main) && new FileInfo(main).Length <= 200)
            {
                string commit = File.ReadAllText(main).Trim();
                string named = Path.Combine(snapshots, commit);
                if (ContentHash.TryParse(commit) is not null && Directory.Exists(named))
                {
                    return named;
                }
            }

            return Directory.Exists(snapshots)
                ? Directory.EnumerateDirectories(snapshots).MaxBy(d => (Directory.GetLastWriteTimeUtc(d), d))
                : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
