using System.Globalization;
using System.Text.Json;

namespace Jevons.Training;

/// <summary>A table of keys as a JSON schema (draft 2020-12), for editors that complete and check YAML.</summary>
public static class TrainingSchema
{
    /// <summary>Writes the schema.</summary>
    /// <param name="keys">The table.</param>
    /// <param name="json">Where to, inside an object.</param>
    public static void Write(IReadOnlyList<ConfigKey> keys, Utf8JsonWriter json)
    {
        json.WriteString("$schema", "https://json-schema.org/draft/2020-12/schema");
        WriteObject(keys, "", json);
    }

    private static void WriteObject(IReadOnlyList<ConfigKey> keys, string prefix, Utf8JsonWriter json)
    {
        json.WriteString("type", "object");
        json.WriteBoolean("additionalProperties", false);
        ConfigKey[] own = [.. keys.Where(k => k.Path.StartsWith(prefix, StringComparison.Ordinal))];
        json.WriteStartArray("required");
        foreach (ConfigKey key in own.Where(k => k.IsRequired && !k.Path[prefix.Length..].Contains('.', StringComparison.Ordinal)))
        {
            json.WriteStringValue(key.Path[prefix.Length..]);
        }

        json.WriteEndArray();
        json.WriteStartObject("properties");
        foreach (IGrouping<string, ConfigKey> group in own.GroupBy(k => k.Path[prefix.Length..].Split('.')[0], StringComparer.Ordinal))
        {
            json.WriteStartObject(group.Key);
            if (group.First().Path.Length > prefix.Length + group.Key.Length)
            {
                WriteObject(keys, $"{prefix}{group.Key}.", json);
            }
            else
            {
                WriteKey(group.First(), json);
            }

            json.WriteEndObject();
        }

        json.WriteEndObject();
    }

    private static void WriteKey(ConfigKey key, Utf8JsonWriter json)
    {
        json.WriteString("description", key.Description);
        json.WriteString("type", key.Kind switch
        {
            ConfigKind.Integer => "integer",
            ConfigKind.Number => "number",
            ConfigKind.Flag => "boolean",
            ConfigKind.List => "array",
            _ => "string",
        });
        if (key.Kind == ConfigKind.List)
        {
            json.WriteStartObject("items");
            json.WriteString("type", "string");
            json.WriteEndObject();
        }

        if (key.Choices.Count > 0)
        {
            json.WriteStartArray("enum");
            foreach (string choice in key.Choices)
            {
                json.WriteStringValue(choice);
            }

            json.WriteEndArray();
        }

        if (double.IsFinite(key.Minimum))
        {
            json.WriteNumber("minimum", key.Minimum);
        }

        if (double.IsFinite(key.Maximum))
        {
            json.WriteNumber("maximum", key.Maximum);
        }

        if (key.Default is not null && key.Kind != ConfigKind.List)
        {
            json.WritePropertyName("default");
            WriteDefault(key, json);
        }
    }

    private static void WriteDefault(ConfigKey key, Utf8JsonWriter json)
    {
        switch (key.Kind)
        {
            case ConfigKind.Flag:
                json.WriteBooleanValue(key.Default == "true");
                break;
            case ConfigKind.Integer or ConfigKind.Number:
                json.WriteNumberValue(double.Parse(key.Default!, NumberStyles.Float, CultureInfo.InvariantCulture));
                break;
            default:
                json.WriteStringValue(key.Default);
                break;
        }
    }
}
