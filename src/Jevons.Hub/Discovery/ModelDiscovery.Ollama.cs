using System.Text.Json;

namespace Jevons.Hub;

/// <content>
/// Ollama's store: <c>manifests/{host}/{namespace}/{model}/{tag}</c> is a JSON manifest whose layer of type
/// <c>application/vnd.ollama.image.model</c> names the GGUF by digest, kept as <c>blobs/sha256-{hex}</c>.
/// </content>
public sealed partial class ModelDiscovery
{
    private const int MaxManifestBytes = 1 << 20;
    private const int MaxManifests = 2000;
    private const string ModelLayer = "application/vnd.ollama.image.model";

    private IEnumerable<FoundModel> InOllama(ICollection<string>? problems)
    {
        string? root = _folders.Ollama is null ? null : Path.Combine(_folders.Ollama, "manifests");
        if (root is null || !Directory.Exists(root))
        {
            yield break;
        }

        EnumerationOptions deep = new() { RecurseSubdirectories = true, MaxRecursionDepth = 4, IgnoreInaccessible = true };
        foreach (string path in Directory.EnumerateFiles(root, "*", deep).Take(MaxManifests))
        {
            string[] parts = Path.GetRelativePath(root, path).Split(Path.DirectorySeparatorChar);
            if (parts.Length != 4)
            {
                continue;
            }

            FoundModel? found = OllamaModel(path, OllamaName(parts), problems);
            if (found is not null)
            {
                yield return found;
            }
        }
    }

    private FoundModel? OllamaModel(string manifest, string name, ICollection<string>? problems)
    {
        string? digest = ModelDigest(manifest, problems);
        if (digest is null)
        {
            return null;
        }

        string blob = Path.Combine(_folders.Ollama!, "blobs", "sha256-" + digest);
        if (WeightProbe.Gguf(blob, out string problem) is not { } size)
        {
            problems?.Add($"Ollama's {name}: {problem}");
            return null;
        }

        // Ollama gave "deepseek-r1:8b" and ":latest" to another distill over time, so those tags do not tell which one this is.
        bool certain = !name.EndsWith(":8b", StringComparison.Ordinal) && !name.EndsWith(":latest", StringComparison.Ordinal);
        return new FoundModel
        {
            Name = name,
            Path = Path.GetFullPath(blob),
            Size = size,
            Source = ModelSource.Ollama,
            Description = certain ? R1Family.Find(name)?.Description ?? "" : "",
        };
    }

    // The digest's 64 digits, or null; a manifest of an adapter or an embedding without a model layer is no problem.
    private static string? ModelDigest(string manifest, ICollection<string>? problems)
    {
        try
        {
            if (new FileInfo(manifest).Length > MaxManifestBytes)
            {
                problems?.Add($"{manifest}: an Ollama manifest of more than {MaxManifestBytes >> 20} MiB is not read");
                return null;
            }

            using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(manifest));
            foreach (JsonElement layer in document.RootElement.GetProperty("layers").EnumerateArray())
            {
                if (layer.GetProperty("mediaType").GetString() == ModelLayer)
                {
                    return ContentHash.TryParse(layer.GetProperty("digest").GetString()) is { IsSha256: true } hash
                        ? hash.Hex
                        : throw new FormatException("its model layer has no sha256 digest");
                }
            }
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            problems?.Add($"{manifest}: not an Ollama manifest ({e.Message})");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            problems?.Add($"{manifest}: cannot be read ({e.Message})");
        }

        return null;
    }

    // registry.ollama.ai/library/deepseek-r1/7b -> deepseek-r1:7b; the host and "library" are left out where they are the usual ones.
    private static string OllamaName(string[] parts)
    {
        string host = parts[0] == "registry.ollama.ai" ? "" : parts[0] + "/";
        string owner = host.Length == 0 && parts[1] == "library" ? "" : parts[1] + "/";
        return $"{host}{owner}{parts[2]}:{parts[3]}";
    }
}
