using System.Text.Json;

namespace Jevons.Hub;

/// <summary>Which file the bytes of a <c>.part</c> belong to.</summary>
/// <param name="Validator">The hash that the hub listed, else the entity tag; null until the first answer.</param>
/// <param name="Size">The file's size, if the hub says.</param>
internal sealed record PartState(string? Validator, long? Size)
{
    private const int MaxBytes = 64 << 10;

    /// <summary>Reads a state, or null when there is none that can be read.</summary>
    public static PartState? TryRead(string path)
    {
        try
        {
            if (!File.Exists(path) || new FileInfo(path).Length > MaxBytes)
            {
                return null;
            }

            using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(path));
            JsonElement root = document.RootElement;
            return new PartState(
                root.TryGetProperty("etag", out JsonElement etag) && etag.ValueKind == JsonValueKind.String ? etag.GetString() : null,
                root.TryGetProperty("size", out JsonElement size) && size.ValueKind == JsonValueKind.Number ? size.GetInt64() : null);
        }
        catch (Exception e) when (e is IOException or JsonException or InvalidOperationException or FormatException)
        {
            return null;
        }
    }

    /// <summary>Writes a state in one step.</summary>
    public static void Write(string path, PartState state)
    {
        using MemoryStream bytes = new();
        using (Utf8JsonWriter json = new(bytes))
        {
            json.WriteStartObject();
            json.WriteString("etag", state.Validator);
            if (state.Size is { } size)
            {
                json.WriteNumber("size", size);
            }

            json.WriteEndObject();
        }

        AtomicFile.Write(path, bytes.ToArray());
    }
}
