using System.Globalization;

namespace Jevons.Hub;

/// <summary>
/// Finds the models below a folder: GGUF files (all parts of a split one count as one model) and folders with a config.json and
/// safetensors weights. Bounded in depth and in the number of entries looked at, so that a folder of links or a whole disk ends too.
/// </summary>
internal sealed class FolderScan(ICollection<string>? problems)
{
    private const int MaxEntries = 20_000;
    private static readonly EnumerationOptions s_plain = new() { IgnoreInaccessible = true, AttributesToSkip = FileAttributes.None };
    private int _entries;

    /// <summary>Scans a folder.</summary>
    /// <param name="folder">The folder; one that does not exist holds nothing.</param>
    /// <param name="depth">How many levels of folders below it are entered.</param>
    public List<LocalModel> Scan(string folder, int depth)
    {
        List<LocalModel> found = [];
        Enter(Path.GetFullPath(folder), depth, found);
        return found;
    }

    private void Enter(string folder, int depth, List<LocalModel> found)
    {
        List<string> ggufs = [];
        List<string> tensors = [];
        List<string> below = [];
        bool hasConfig = false;
        try
        {
            if (!Directory.Exists(folder))
            {
                return;
            }

            foreach (string path in Directory.EnumerateFileSystemEntries(folder, "*", s_plain))
            {
                if (++_entries > MaxEntries)
                {
                    problems?.Add($"{folder}: more than {MaxEntries} entries, the rest is not looked at");
                    break;
                }

                string name = Path.GetFileName(path);
                if (Directory.Exists(path))
                {
                    below.Add(path);
                }
                else if (QuantLabel.IsModelFile(name))
                {
                    ggufs.Add(path);
                }
                else if (name.EndsWith(".safetensors", StringComparison.OrdinalIgnoreCase))
                {
                    tensors.Add(path);
                }

                hasConfig |= name == "config.json";
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            problems?.Add($"{folder}: cannot be listed ({e.Message})");
            return;
        }

        AddGgufs(ggufs, found);
        AddFolder(folder, hasConfig, tensors, found);
        below.Sort(StringComparer.Ordinal);
        foreach (string next in below.Where(b => depth > 0 && !Path.GetFileName(b).StartsWith('.')))
        {
            Enter(next, depth - 1, found);
        }
    }

    private void AddGgufs(List<string> paths, List<LocalModel> found)
    {
        paths.Sort(StringComparer.Ordinal);
        Dictionary<string, List<string>> models = new(StringComparer.Ordinal);
        foreach (string path in paths)
        {
            string stem = QuantLabel.SplitStem(Path.GetFileName(path), out _, out int count);
            string key = string.Create(CultureInfo.InvariantCulture, $"{stem}|{count}");
            if (!models.TryGetValue(key, out List<string>? parts))
            {
                models[key] = parts = [];
            }

            parts.Add(path);
        }

        foreach (List<string> parts in models.Values)
        {
            string stem = QuantLabel.SplitStem(Path.GetFileName(parts[0]), out int first, out int count);
            if (first != 1 || parts.Count != count)
            {
                problems?.Add($"{parts[0]}: {parts.Count} of {count} parts are there");
                continue;
            }

            if (Sum(parts, WeightProbe.Gguf) is { } size)
            {
                found.Add(new LocalModel(parts[0], stem, QuantLabel.OfStem(stem), size));
            }
        }
    }

    private void AddFolder(string folder, bool hasConfig, List<string> tensors, List<LocalModel> found)
    {
        if (hasConfig && tensors.Count > 0 && Sum(tensors, WeightProbe.Safetensors) is { } size)
        {
            found.Add(new LocalModel(folder, Path.GetFileName(folder), null, size));
        }
    }

    private long? Sum(List<string> paths, Probe probe)
    {
        long sum = 0;
        foreach (string path in paths)
        {
            if (probe(path, out string problem) is not { } length)
            {
                problems?.Add(problem);
                return null;
            }

            sum += length;
        }

        return sum;
    }

    private delegate long? Probe(string path, out string problem);
}
