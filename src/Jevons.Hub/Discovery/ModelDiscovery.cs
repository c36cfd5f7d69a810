namespace Jevons.Hub;

/// <summary>
/// Finds the models that are already on this machine, without changing anything and without reading more of a file than its first
/// bytes. Whatever cannot be read (a broken manifest, a missing part) is passed over and told.
/// </summary>
public sealed partial class ModelDiscovery
{
    private const int FolderDepth = 4;
    private readonly DiscoveryFolders _folders;

    /// <summary>Makes a discovery.</summary>
    /// <param name="folders">Where to look.</param>
    public ModelDiscovery(DiscoveryFolders folders)
    {
        ArgumentNullException.ThrowIfNull(folders);
        _folders = folders;
    }

    /// <summary>Looks everywhere: the user's folders first, then the store, Ollama and the Hugging Face cache.</summary>
    /// <param name="problems">Receives one line for everything that looks like a model and cannot be used; null ignores them.</param>
    /// <returns>The models, each path once, in the order of the sources and by name within one.</returns>
    public IReadOnlyList<FoundModel> Find(ICollection<string>? problems = null)
    {
        IEnumerable<FoundModel> all = Sorted(_folders.Folders.SelectMany(f => InFolder(f, problems)))
            .Concat(Sorted(InStore(problems)))
            .Concat(Sorted(InOllama(problems)))
            .Concat(Sorted(InHuggingFace(problems)));
        HashSet<string> seen = new(StringComparer.Ordinal);
        return [.. all.Where(m => seen.Add(m.Path))];
    }

    private static IEnumerable<FoundModel> Sorted(IEnumerable<FoundModel> models) =>
        models.OrderBy(m => m.Name, StringComparer.OrdinalIgnoreCase);

    private static IEnumerable<FoundModel> InFolder(string folder, ICollection<string>? problems) =>
        new FolderScan(problems).Scan(folder, FolderDepth).Select(m => new FoundModel
        {
            Name = m.Stem,
            Path = m.Path,
            Size = m.Size,
            Source = ModelSource.Folder,
            Description = DescriptionOf(m.Stem, m.Quant),
        });

    private IEnumerable<FoundModel> InStore(ICollection<string>? problems)
    {
        foreach (StoredModel model in _folders.Store?.List(problems) ?? [])
        {
            if (!model.IsComplete)
            {
                problems?.Add($"{model.Name}: files are missing from the store, pull it again");
                continue;
            }

            yield return new FoundModel
            {
                Name = model.Name,
                Path = model.Path,
                Size = model.Size,
                Source = ModelSource.Store,
                Description = DescriptionOf(model.Repository, null),
            };
        }
    }

    // "DeepSeek-R1-Distill-Qwen-7B-Q4_K_M" or "org/DeepSeek-R1-Distill-Qwen-7B-GGUF" -> what that is.
    private static string DescriptionOf(string name, string? quant)
    {
        string title = quant is null ? name : name[..^quant.Length].TrimEnd('-', '.', '_');
        return R1Family.OfRepository(title)?.Description ?? "";
    }
}
