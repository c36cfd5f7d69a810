using System.Globalization;

namespace Jevons.Hub;

/// <summary>
/// Chooses the files of one model from a repository's listing. A GGUF is chosen by quantisation label, file name or path, in any
/// case, all parts of a split file together; a repository without GGUF files is taken as a safetensors folder. When nothing is
/// asked for, Q4_K_M is taken, or the only GGUF there is. What is missing or ambiguous is an error that lists what there is.
/// </summary>
public static class FileSelector
{
    private const string DefaultQuant = "Q4_K_M";

    private static readonly string[] s_companions =
    [
        "config.json", "generation_config.json", "model.safetensors.index.json", "added_tokens.json", "special_tokens_map.json",
        "vocab.json", "merges.txt", "chat_template.jinja", "chat_template.json", "LICENSE", "LICENSE.txt", "LICENSE.md", "LICENSE-MODEL",
    ];

    /// <summary>Chooses.</summary>
    /// <param name="name">What is asked for.</param>
    /// <param name="files">The repository's files.</param>
    /// <returns>The files of the model.</returns>
    /// <exception cref="HubException">
    /// Nothing fits, or more than one does (<see cref="HubErrorKind.NotFound"/>, <see cref="HubErrorKind.Usage"/>).
    /// </exception>
    public static FileSet Select(ModelName name, IReadOnlyList<HubFile> files)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(files);
        List<FileSet> models = GgufModels(files);
        FileSet? folder = Folder(files);
        if (ModelName.Safetensors.Equals(name.Variant, StringComparison.OrdinalIgnoreCase) || (name.Variant is null && models.Count == 0))
        {
            return folder ?? throw new HubException(
                HubErrorKind.NotFound,
                $"{name.Repository} has no safetensors weights with a config.json at its top"
                + (models.Count == 0 ? " and no GGUF file" : Offer(models)) + ListOther(models, files));
        }

        if (name.Variant is null)
        {
            return models.Count == 1 ? Whole(models[0], name) : Choose(models, folder, DefaultQuant, name, asked: false);
        }

        return Choose(models, folder, name.Variant, name, asked: true);
    }

    private static FileSet Choose(List<FileSet> models, FileSet? folder, string wanted, ModelName name, bool asked)
    {
        string what = asked ? $"'{wanted}'" : $"a {wanted}, the default,";
        foreach (Func<FileSet, bool> rule in Rules(wanted))
        {
            List<FileSet> fitting = [.. models.Where(rule)];
            if (fitting.Count == 1)
            {
                return Whole(fitting[0], name);
            }

            if (fitting.Count > 1)
            {
                IEnumerable<string> names = fitting.Select(m => $"{name.Repository}:{m.Entry}");
                throw new HubException(
                    HubErrorKind.Usage,
                    $"{what} fits more than one model of {name.Repository}: name one by its file, {string.Join(" or ", names)}");
            }
        }

        string hint = Spelling.Hint(wanted, models.Select(m => m.Variant), "");
        string offer = models.Count == 0
            ? folder is null ? "; it has no GGUF file" : $"; it has no GGUF file, only safetensors weights (pull {name.Repository})"
            : Offer(models);
        throw new HubException(HubErrorKind.NotFound, $"{name.Repository} has no {what.TrimEnd(',')}{hint}{offer}");
    }

    // From the strictest reading to the loosest; the first that fits anything decides.
    private static IEnumerable<Func<FileSet, bool>> Rules(string wanted)
    {
        StringComparison ignoreCase = StringComparison.OrdinalIgnoreCase;
        yield return m => m.Files.Any(f => f.Path.Equals(wanted, StringComparison.Ordinal));
        yield return m => m.Variant.Equals(wanted, ignoreCase);
        yield return m => m.Files.Any(f => f.FileName.Equals(wanted, ignoreCase) || f.FileName.Equals(wanted + ".gguf", ignoreCase));
        yield return m => QuantLabel.SplitStem(m.Files[0].FileName, out _, out _).Equals(wanted, ignoreCase);
        yield return m => m.Variant.Equals("UD-" + wanted, ignoreCase);
    }

    // Parts of one split file share folder, stem and count. A projector for images (mmproj) is no language model.
    private static List<FileSet> GgufModels(IReadOnlyList<HubFile> files)
    {
        Dictionary<string, List<(int Part, HubFile File)>> groups = new(StringComparer.Ordinal);
        foreach (HubFile file in files)
        {
            if (!QuantLabel.IsModelFile(file.FileName))
            {
                continue;
            }

            string stem = QuantLabel.SplitStem(file.FileName, out int part, out int count);
            string key = string.Create(CultureInfo.InvariantCulture, $"{file.Path[..^file.FileName.Length]}{stem}|{count}");
            if (!groups.TryGetValue(key, out List<(int, HubFile)>? parts))
            {
                groups[key] = parts = [];
            }

            parts.Add((part, file));
        }

        List<FileSet> models = [];
        foreach (List<(int Part, HubFile File)> parts in groups.Values)
        {
            List<HubFile> ordered = [.. parts.OrderBy(p => p.Part).Select(p => p.File)];
            string stem = QuantLabel.SplitStem(ordered[0].FileName, out _, out _);
            models.Add(new FileSet(QuantLabel.OfStem(stem) ?? stem, ordered[0].Path, ordered));
        }

        models.Sort((a, b) => a.Size.CompareTo(b.Size));
        return models;
    }

    private static FileSet Whole(FileSet model, ModelName name)
    {
        QuantLabel.SplitStem(model.Files[0].FileName, out int first, out int count);
        return first == 1 && model.Files.Count == count
            ? model
            : throw new HubException(
                HubErrorKind.NotFound,
                $"{name.Repository} lists {model.Files.Count} of the {count} parts of {model.Files[0].FileName}: the upload is not complete");
    }

    private static FileSet? Folder(IReadOnlyList<HubFile> files)
    {
        List<HubFile> top = [.. files.Where(f => !f.Path.Contains('/', StringComparison.Ordinal))];
        List<HubFile> weights = [.. top.Where(f => f.Path.EndsWith(".safetensors", StringComparison.OrdinalIgnoreCase))];
        if (weights.Any(f => f.Path.StartsWith("model", StringComparison.OrdinalIgnoreCase)))
        {
            // Some repositories hold the same weights twice, the second time as "consolidated" files of another layout.
            weights.RemoveAll(f => f.Path.StartsWith("consolidated", StringComparison.OrdinalIgnoreCase));
        }

        if (weights.Count == 0 || !top.Any(f => f.Path == "config.json"))
        {
            return null;
        }

        IEnumerable<HubFile> companions = top.Where(f =>
            s_companions.Contains(f.Path, StringComparer.Ordinal) || f.Path.StartsWith("tokenizer", StringComparison.Ordinal));
        return new FileSet(ModelName.Safetensors, "", [.. companions, .. weights]);
    }

    private static string Offer(List<FileSet> models) =>
        $"; it has {string.Join(", ", models.Select(m => $"{m.Variant} ({ByteText.Of(m.Size)})"))}";

    private static string ListOther(List<FileSet> models, IReadOnlyList<HubFile> files)
    {
        if (models.Count > 0 || files.Count == 0)
        {
            return "";
        }

        string shown = string.Join(", ", files.Take(20).Select(f => f.Path));
        return $"; it lists {shown}{(files.Count > 20 ? $" and {files.Count - 20} more" : "")}";
    }
}
