using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Jevons.Hub;

/// <summary>
/// What the store remembers of a model, one small JSON file each: <c>.jevons/{variant}.json</c> beside the files. While a pull
/// runs, the same with <see cref="IsPartial"/> as <c>.jevons/{variant}.partial</c>, so that its parts can be found and removed.
/// </summary>
internal sealed record ModelRecord
{
    /// <summary>The folder of records beside a model's files.</summary>
    public const string FolderName = ".jevons";

    private const int MaxBytes = 4 << 20;

    public required string Repository { get; init; }

    public required string Variant { get; init; }

    public string? Revision { get; init; }

    public string? Commit { get; init; }

    public string? Licence { get; init; }

    public DateTimeOffset Pulled { get; init; }

    public required string Entry { get; init; }

    public required IReadOnlyList<StoredFile> Files { get; init; }

    public bool IsPartial { get; init; }

    public string Name => new ModelName { Repository = Repository, Variant = Variant, Revision = Revision }.ToString();

    /// <summary>The first 12 digits of the file's hash, or of the hash over "hash  path" lines.</summary>
    public string Id
    {
        get
        {
            string lines = string.Concat(Files.Select(f => $"{f.Sha256}  {f.Path}\n"));
            return (Files.Count == 1 ? Files[0].Sha256 : Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(lines))))[..12];
        }
    }

    /// <summary>Where the record lies below the model's folder.</summary>
    public string PathIn(string folder) =>
        Path.Combine(folder, FolderName, Variant.Replace('/', '+') + (IsPartial ? ".partial" : ".json"));

    /// <summary>Reads a record.</summary>
    /// <exception cref="InvalidDataException">The file is no record; the message names it and what is wrong.</exception>
    public static ModelRecord Read(string path)
    {
        try
        {
            if (new FileInfo(path).Length > MaxBytes)
            {
                throw new InvalidDataException($"{path}: a model record of more than {MaxBytes >> 20} MiB; remove it and pull again");
            }

            using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(path));
            JsonElement root = document.RootElement;
            ModelRecord record = new()
            {
                Repository = root.GetProperty("repository").GetString()!,
                Variant = root.GetProperty("variant").GetString()!,
                Revision = TextOf(root, "revision"),
                Commit = TextOf(root, "commit"),
                Licence = TextOf(root, "licence"),
                Pulled = DateTimeOffset.Parse(TextOf(root, "pulled") ?? "", CultureInfo.InvariantCulture, DateTimeStyles.RoundtripKind),
                Entry = root.GetProperty("entry").GetString()!,
                Files = [.. root.GetProperty("files").EnumerateArray().Select(FileOf)],
                IsPartial = path.EndsWith(".partial", StringComparison.Ordinal),
            };
            bool good = record.Files.Count > 0
                && (record.Repository, record.Variant, record.Entry) is (not null, not null, not null)
                && record.Files.All(f => IsUsable(f, record.IsPartial))
                && (record.Entry.Length == 0 || record.Files.Any(f => f.Path == record.Entry));
            return good ? record : throw new InvalidDataException($"{path}: the record names no usable files; remove it and pull again");
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            throw new InvalidDataException($"{path}: not a model record ({e.Message}); remove it and pull again", e);
        }
    }

    /// <summary>Writes the record in one step.</summary>
    public void Write(string folder)
    {
        using MemoryStream bytes = new();
        using (Utf8JsonWriter json = new(bytes, new JsonWriterOptions { Indented = true }))
        {
            json.WriteStartObject();
            json.WriteNumber("format", 1);
            json.WriteString("name", Name);
            json.WriteString("repository", Repository);
            json.WriteString("variant", Variant);
            json.WriteString("revision", Revision);
            json.WriteString("commit", Commit);
            json.WriteString("licence", Licence);
            json.WriteString("pulled", Pulled.ToString("o", CultureInfo.InvariantCulture));
            json.WriteString("entry", Entry);
            json.WriteStartArray("files");
            foreach (StoredFile file in Files)
            {
                json.WriteStartObject();
                json.WriteString("path", file.Path);
                json.WriteNumber("size", file.Size);
                json.WriteString("sha256", file.Sha256);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        string path = PathIn(folder);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        AtomicFile.Write(path, bytes.ToArray());
    }

    private static bool IsUsable(StoredFile file, bool isPartial) =>
        RemotePath.IsSafe(file.Path ?? "")
        && file.Size is >= 0 and <= HubFile.MaxBytes
        && (isPartial || ContentHash.TryParse(file.Sha256) is { IsSha256: true });

    private static StoredFile FileOf(JsonElement file) =>
        new(file.GetProperty("path").GetString()!, file.GetProperty("size").GetInt64(), file.GetProperty("sha256").GetString()!);

    private static string? TextOf(JsonElement root, string key) =>
        root.TryGetProperty(key, out JsonElement text) && text.ValueKind == JsonValueKind.String ? text.GetString() : null;
}
