using System.Text.Json;
using System.Text.Unicode;

namespace Jevons.Tokenization;

/// <summary>Reads values of a JSON object and says which key is wrong where one is.</summary>
internal static class JsonText
{
    /// <summary>The longest file that is read.</summary>
    private const long MostBytes = 1L << 30;

    /// <summary>Parses a whole stream.</summary>
    /// <exception cref="InvalidDataException">It is not a JSON object, or too long.</exception>
    public static JsonDocument Parse(Stream stream, string file)
    {
        using MemoryStream copy = new();
        byte[] chunk = new byte[1 << 16];
        for (int read = stream.Read(chunk); read > 0; read = stream.Read(chunk))
        {
            copy.Write(chunk, 0, read);
            if (copy.Length > MostBytes)
            {
                throw new InvalidDataException($"{file} is longer than {MostBytes} bytes");
            }
        }

        ReadOnlyMemory<byte> bytes = copy.GetBuffer().AsMemory(0, (int)copy.Length);
        bytes = bytes.Span.StartsWith("\uFEFF"u8) ? bytes[3..] : bytes;
        if (!Utf8.IsValid(bytes.Span))
        {
            throw new InvalidDataException($"{file} is not UTF-8");
        }

        JsonDocument document;
        try
        {
            document = JsonDocument.Parse(bytes);
        }
        catch (JsonException e)
        {
            throw new InvalidDataException($"{file} is not JSON (line {e.LineNumber + 1}, byte {e.BytePositionInLine}): {e.Message}", e);
        }

        if (document.RootElement.ValueKind == JsonValueKind.Object)
        {
            return document;
        }

        JsonValueKind kind = document.RootElement.ValueKind;
        document.Dispose();
        throw new InvalidDataException($"{file} holds a JSON {kind}, an object is expected");
    }

    /// <summary>A member, or undefined where it is absent or null.</summary>
    /// <exception cref="InvalidDataException">A key of the object is not Unicode (a lone surrogate written as an escape).</exception>
    public static JsonElement Member(JsonElement parent, string name)
    {
        if (parent.ValueKind != JsonValueKind.Object)
        {
            return default;
        }

        try
        {
            return parent.TryGetProperty(name, out JsonElement value) && value.ValueKind != JsonValueKind.Null ? value : default;
        }
        catch (InvalidOperationException e)
        {
            throw new InvalidDataException($"a key beside '{name}' is not valid Unicode", e);
        }
    }

    /// <summary>A string's value.</summary>
    /// <exception cref="InvalidDataException">It is no string, or not Unicode.</exception>
    public static string Text(JsonElement value, string path)
    {
        Expect(value, JsonValueKind.String, path);
        try
        {
            return value.GetString()!;
        }
        catch (InvalidOperationException e)
        {
            throw new InvalidDataException($"{path} is not valid Unicode", e);
        }
    }

    /// <summary>A property's name.</summary>
    /// <exception cref="InvalidDataException">It is not Unicode.</exception>
    public static string Name(JsonProperty property, string path)
    {
        try
        {
            return property.Name;
        }
        catch (InvalidOperationException e)
        {
            throw new InvalidDataException($"a key of {path} is not valid Unicode", e);
        }
    }

    /// <summary>An optional string.</summary>
    public static string? OptionalText(JsonElement parent, string name, string path)
    {
        JsonElement value = Member(parent, name);
        return value.ValueKind == JsonValueKind.Undefined ? null : Text(value, $"{path}.{name}");
    }

    /// <summary>An optional boolean.</summary>
    public static bool Flag(JsonElement parent, string name, bool byDefault, string path) => OptionalFlag(parent, name, path) ?? byDefault;

    /// <summary>An optional boolean, null where it is absent.</summary>
    public static bool? OptionalFlag(JsonElement parent, string name, string path)
    {
        JsonElement value = Member(parent, name);
        return value.ValueKind switch
        {
            JsonValueKind.Undefined => null,
            JsonValueKind.True => true,
            JsonValueKind.False => false,
            _ => throw new InvalidDataException($"{path}.{name} is a JSON {value.ValueKind}, true or false is expected"),
        };
    }

    /// <summary>A token id.</summary>
    public static int Id(JsonElement value, string path)
    {
        if (value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out int id) && id >= 0)
        {
            return id;
        }

        throw new InvalidDataException($"{path} is {Shorten(value)}, a token id (0 or above) is expected");
    }

    /// <summary>Checks a value's kind.</summary>
    public static void Expect(JsonElement value, JsonValueKind kind, string path)
    {
        if (value.ValueKind != kind)
        {
            string found = value.ValueKind == JsonValueKind.Undefined ? "missing" : "a JSON " + value.ValueKind;
            throw new InvalidDataException($"{path} is {found}, a JSON {kind} is expected");
        }
    }

    /// <summary>The start of a value's JSON, for messages.</summary>
    public static string Shorten(JsonElement value)
    {
        string text = value.ValueKind == JsonValueKind.Undefined ? "missing" : value.GetRawText();
        return text.Length <= 200 ? text : text[..200] + "…";
    }
}
