namespace Jevons.Hub;

/// <summary>
/// The models that this program pulled. Layout, plain enough to be read and copied by hand:
/// <code>
/// {store}/{org}/{repo}/                     files under the names that the repository gives them
/// {store}/{org}/{repo}/.jevons/Q4_K_M.json  one record per model: origin, commit, licence, files with size and SHA-256
/// {store}/{org}/{repo}/x.gguf.part (.json)  a file that is still being received, and which file it is
/// {store}/{org}/{repo}@{revision}/          the same for a branch, tag or commit other than the default branch
/// {store}/.locks/                           one lock file per repository that was ever changed
/// </code>
/// Models of one repository may share files (a tokenizer, a config); a file goes with the last model that needs it.
/// Files without a record are never touched. Reading is thread-safe; changes take a lock per repository.
/// </summary>
public sealed partial class ModelStore
{
    private readonly string _root;

    /// <summary>Opens a store; the folder need not exist.</summary>
    /// <param name="folder">The store's folder.</param>
    public ModelStore(string folder)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        _root = Path.GetFullPath(folder);
    }

    /// <summary>The store's folder.</summary>
    public string Folder => _root;

    /// <summary>All stored models, by name.</summary>
    /// <param name="problems">Receives one line for every record that cannot be read; null ignores them.</param>
    /// <returns>The models, sorted by name.</returns>
    public IReadOnlyList<StoredModel> List(ICollection<string>? problems = null) =>
        [.. Records(".json", problems).Select(r => ToModel(r.Folder, r.Record))];

    /// <summary>The models whose pull was begun and not ended, with the bytes that are there.</summary>
    /// <returns>Name and bytes, sorted by name.</returns>
    public IReadOnlyList<PartialModel> ListPartial() =>
        [.. Records(".partial", null).Select(r => new PartialModel(r.Record.Name, BytesPresent(r.Folder, r.Record), r.Record.Files.Sum(f => f.Size)))];

    /// <summary>Finds a stored model and what to open.</summary>
    /// <param name="name">
    /// A name from <see cref="List"/>, a short name, <c>org/repo</c> with or without variant and revision, the repository's last part,
    /// or an id of at least 6 digits, in any case.
    /// </param>
    /// <returns>The model.</returns>
    /// <exception cref="HubException">No stored model has the name, more than one has, or files of it are missing.</exception>
    public StoredModel Resolve(string name)
    {
        StoredModel model = Find(name) ?? throw new HubException(HubErrorKind.NotFound, NotStored(name));
        return model.IsComplete
            ? model
            : throw new HubException(
                HubErrorKind.NotFound,
                $"files of {model.Name} are missing from {Path.GetDirectoryName(model.Path)}: pull it again");
    }

    /// <summary>Finds a stored model.</summary>
    /// <param name="name">As for <see cref="Resolve"/>.</param>
    /// <returns>The model, or null.</returns>
    /// <exception cref="HubException">More than one model has the name (<see cref="HubErrorKind.Usage"/>).</exception>
    public StoredModel? Find(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        IReadOnlyList<StoredModel> all = List();
        ModelName? parsed = TryParse(name);
        foreach (Func<StoredModel, bool> rule in Rules(name.Trim(), parsed))
        {
            List<StoredModel> fitting = [.. all.Where(rule)];
            if (fitting.Count > 1)
            {
                throw new HubException(
                    HubErrorKind.Usage,
                    $"'{name}' names {fitting.Count} stored models: {string.Join(", ", fitting.Select(m => m.Name))}");
            }

            if (fitting.Count == 1)
            {
                return fitting[0];
            }
        }

        return null;
    }

    /// <summary>Removes a model: its record, and those of its files that no other model of the repository needs.</summary>
    /// <param name="name">As for <see cref="Resolve"/>, or the name of a pull that was not ended.</param>
    /// <returns>The bytes that were freed.</returns>
    /// <exception cref="HubException">There is no such model, or another process is changing the repository.</exception>
    public long Remove(string name)
    {
        if (Find(name) is { } model)
        {
            return Remove(new ModelName { Repository = model.Repository, Variant = model.Variant, Revision = model.Revision });
        }

        string? wanted = TryParse(name)?.ToString();
        foreach ((_, ModelRecord record) in Records(".partial", null))
        {
            if (((string?[])[name.Trim(), wanted]).Contains(record.Name, StringComparer.OrdinalIgnoreCase))
            {
                return Remove(new ModelName { Repository = record.Repository, Variant = record.Variant, Revision = record.Revision });
            }
        }

        throw new HubException(HubErrorKind.NotFound, NotStored(name));
    }

    private static IEnumerable<Func<StoredModel, bool>> Rules(string name, ModelName? parsed)
    {
        StringComparison ignoreCase = StringComparison.OrdinalIgnoreCase;
        yield return m => m.Name.Equals(name, ignoreCase);
        if (parsed is not null)
        {
            yield return m => m.Repository.Equals(parsed.Repository, ignoreCase)
                && string.Equals(m.Revision, parsed.Revision, StringComparison.Ordinal)
                && (parsed.Variant is null || m.Variant.Equals(parsed.Variant, ignoreCase) || IsFileOf(m, parsed.Variant));
        }

        int colon = name.IndexOf(':', StringComparison.Ordinal);
        string repository = colon < 0 ? name : name[..colon];
        string? variant = colon < 0 ? null : name[(colon + 1)..];
        yield return m => m.Repository.EndsWith("/" + repository, ignoreCase)
            && m.Revision is null
            && (variant is null || m.Variant.Equals(variant, ignoreCase));

        if (name.Length is >= 6 and <= 12 && name.All(char.IsAsciiHexDigit))
        {
            yield return m => m.Id.StartsWith(name, ignoreCase);
        }
    }

    private static bool IsFileOf(StoredModel model, string variant) =>
        model.Files.Any(f => f.Path.Equals(variant, StringComparison.OrdinalIgnoreCase)
            || f.Path.EndsWith("/" + variant, StringComparison.OrdinalIgnoreCase)
            || f.Path.Equals(variant + ".gguf", StringComparison.OrdinalIgnoreCase));

    private static ModelName? TryParse(string name)
    {
        try
        {
            return ModelName.Parse(name);
        }
        catch (HubException)
        {
            return null;
        }
    }

    private string NotStored(string name)
    {
        string hint = Spelling.Hint(name, List().Select(m => m.Name), ".");
        return TryParse(name) is { } known
            ? $"{name} is not in the store {_root}{hint} To fetch it: jevons pull {name} ({known.Description})"
            : $"{name} is no file, no folder and no model in the store {_root}{hint}";
    }
}
