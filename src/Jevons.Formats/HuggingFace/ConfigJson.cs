using System.Text.Json;
using System.Text.Unicode;

namespace Jevons.Formats;

/// <summary>
/// A JSON object with typed readers whose errors name file, key, what was found and what was expected. A key that is null
/// counts as missing, as in Hugging Face's own readers; of a repeated key the last one counts. Immutable, thread-safe.
/// </summary>
public sealed partial class ConfigJson
{
    private readonly Dictionary<string, JsonElement> _values = new(StringComparer.Ordinal);
    private readonly string _prefix;

    private ConfigJson(JsonElement element, string file, string prefix)
    {
        File = file;
        _prefix = prefix;
        if (element.ValueKind != JsonValueKind.Object)
        {
            string what = prefix.Length == 0 ? "the file" : $"key {BadFile.Quote(prefix.TrimEnd('.'))}";
            throw BadFile.Because(file, $"{what} is {Describe(element)}, expected an object");
        }

        foreach (JsonProperty property in element.EnumerateObject())
        {
            if (property.Value.ValueKind == JsonValueKind.Null)
            {
                _values.Remove(property.Name);
            }
            else
            {
                _values[property.Name] = property.Value;
            }
        }
    }

    /// <summary>Path of the file, for messages.</summary>
    public string File { get; }

    /// <summary>Keys whose value is not null, in no particular order.</summary>
    public IEnumerable<string> Keys => _values.Keys;

    /// <summary>Reads a file that holds one JSON object.</summary>
    /// <param name="path">An existing file of at most 64 MiB.</param>
    /// <returns>The object.</returns>
    /// <exception cref="InvalidDataException">The file is no valid JSON object.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static ConfigJson Read(string path) => Parse(BoundedFile.Read(path), path);

    /// <summary>Parses text that holds one JSON object.</summary>
    /// <param name="json">UTF-8 text.</param>
    /// <param name="file">Path for messages.</param>
    /// <returns>The object.</returns>
    /// <exception cref="InvalidDataException">The text is no valid JSON object.</exception>
    public static ConfigJson Parse(ReadOnlyMemory<byte> json, string file)
    {
        // The JSON parser looks at the bytes of a string only when it is asked for; a damaged file is refused as a whole.
        if (!Utf8.IsValid(json.Span))
        {
            throw BadFile.Because(file, "not valid UTF-8; the file is damaged");
        }

        try
        {
            using JsonDocument document = JsonDocument.Parse(json);
            return Object(document.RootElement.Clone(), file, "");
        }
        catch (JsonException e)
        {
            throw new InvalidDataException($"{file}: not valid JSON ({e.Message}); the file is damaged", e);
        }
    }

    /// <summary>True when <paramref name="key"/> is there and not null.</summary>
    /// <param name="key">Exact key.</param>
    /// <returns>Whether it has a value.</returns>
    public bool Has(string key) => _values.ContainsKey(key);

    /// <summary>The raw value of <paramref name="key"/>, or null when it is missing or null.</summary>
    /// <param name="key">Exact key.</param>
    /// <returns>A JSON element that lives as long as this object.</returns>
    public JsonElement? ElementOrNull(string key) => _values.TryGetValue(key, out JsonElement element) ? element : null;

    /// <summary>The error for a value that has the right type and a wrong content.</summary>
    /// <param name="key">Exact key.</param>
    /// <param name="expected">What was expected.</param>
    /// <returns>The exception to throw.</returns>
    public InvalidDataException Wrong(string key, string expected) => _values.TryGetValue(key, out JsonElement found)
        ? BadFile.Because(File, $"key {BadFile.Quote(_prefix + key)} is {Describe(found)}, expected {expected}")
        : Missing(key);

    private InvalidDataException Missing(string key) => BadFile.Because(File, $"key {BadFile.Quote(_prefix + key)} is missing");

    // A lone surrogate, escaped in a key, passes the parser and fails when the key is decoded.
    private static ConfigJson Object(JsonElement element, string file, string prefix)
    {
        try
        {
            return new ConfigJson(element, file, prefix);
        }
        catch (InvalidOperationException e)
        {
            throw new InvalidDataException($"{file}: a key below '{prefix}' is not valid text ({e.Message}); the file is damaged", e);
        }
    }

    private static string Describe(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Object => "an object",
        JsonValueKind.Array => $"an array of {element.GetArrayLength()}",
        JsonValueKind.String => $"the string {BadFile.Quote(element.GetRawText().Trim('"'))}",
        _ => BadFile.Quote(element.GetRawText()),
    };
}
