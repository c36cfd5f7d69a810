using System.Text.Json;

namespace Jevons.Formats;

/// <content>
/// Typed readers. <c>Get...</c> demands the key; <c>Get...OrNull</c> gives null when it is missing or null. Both throw
/// <see cref="InvalidDataException"/> when the value has another type or does not fit.
/// </content>
public sealed partial class ConfigJson
{
    /// <summary>An integer of 32 bits; 8.0 counts as 8.</summary>
    /// <param name="key">Exact key.</param>
    /// <returns>The number.</returns>
    /// <exception cref="InvalidDataException">Missing, null, no integer, or too large.</exception>
    public int GetInt(string key) => GetIntOrNull(key) ?? throw Missing(key);

    /// <summary>An integer of 32 bits, or null when the key is missing or null; 8.0 counts as 8.</summary>
    /// <param name="key">Exact key.</param>
    /// <returns>The number or null.</returns>
    /// <exception cref="InvalidDataException">No integer, or too large.</exception>
    public int? GetIntOrNull(string key)
    {
        if (!_values.TryGetValue(key, out JsonElement element))
        {
            return null;
        }

        return TryInt(element, out int value) ? value : throw Wrong(key, "an integer of 32 bits");
    }

    /// <summary>A number.</summary>
    /// <param name="key">Exact key.</param>
    /// <returns>The nearest binary64.</returns>
    /// <exception cref="InvalidDataException">Missing, null or no number.</exception>
    public double GetDouble(string key) => GetDoubleOrNull(key) ?? throw Missing(key);

    /// <summary>A number, or null when the key is missing or null.</summary>
    /// <param name="key">Exact key.</param>
    /// <returns>The nearest binary64, or null.</returns>
    /// <exception cref="InvalidDataException">No number.</exception>
    public double? GetDoubleOrNull(string key)
    {
        if (!_values.TryGetValue(key, out JsonElement element))
        {
            return null;
        }

        return element.ValueKind == JsonValueKind.Number && element.TryGetDouble(out double value) && double.IsFinite(value)
            ? value
            : throw Wrong(key, "a number");
    }

    /// <summary>A truth value.</summary>
    /// <param name="key">Exact key.</param>
    /// <returns>True or false.</returns>
    /// <exception cref="InvalidDataException">Missing, null or no truth value.</exception>
    public bool GetBool(string key) => GetBoolOrNull(key) ?? throw Missing(key);

    /// <summary>A truth value, or null when the key is missing or null.</summary>
    /// <param name="key">Exact key.</param>
    /// <returns>True, false or null.</returns>
    /// <exception cref="InvalidDataException">No truth value.</exception>
    public bool? GetBoolOrNull(string key)
    {
        if (!_values.TryGetValue(key, out JsonElement element))
        {
            return null;
        }

        return element.ValueKind switch
        {
            JsonValueKind.True => true,
            JsonValueKind.False => false,
            _ => throw Wrong(key, "true or false"),
        };
    }

    /// <summary>A string.</summary>
    /// <param name="key">Exact key.</param>
    /// <returns>The text.</returns>
    /// <exception cref="InvalidDataException">Missing, null or no string.</exception>
    public string GetString(string key) => GetStringOrNull(key) ?? throw Missing(key);

    /// <summary>A string, or null when the key is missing or null.</summary>
    /// <param name="key">Exact key.</param>
    /// <returns>The text or null.</returns>
    /// <exception cref="InvalidDataException">No string.</exception>
    public string? GetStringOrNull(string key)
    {
        if (!_values.TryGetValue(key, out JsonElement element))
        {
            return null;
        }

        return TryString(element) ?? throw Wrong(key, "a string of valid UTF-8");
    }

    /// <summary>An object, or null when the key is missing or null.</summary>
    /// <param name="key">Exact key.</param>
    /// <returns>A reader of the object, whose errors say "key.inner".</returns>
    /// <exception cref="InvalidDataException">No object.</exception>
    public ConfigJson? GetObjectOrNull(string key) => _values.TryGetValue(key, out JsonElement element)
        ? element.ValueKind == JsonValueKind.Object ? Object(element, File, $"{_prefix}{key}.") : throw Wrong(key, "an object")
        : null;

    /// <summary>
    /// Integers given as one number or as an array, or null when the key is missing or null (<c>eos_token_id</c> comes in
    /// both forms).
    /// </summary>
    /// <param name="key">Exact key.</param>
    /// <returns>The numbers or null.</returns>
    /// <exception cref="InvalidDataException">Something else than integers of 32 bits.</exception>
    public int[]? GetIntsOrNull(string key)
    {
        if (!_values.TryGetValue(key, out JsonElement element))
        {
            return null;
        }

        if (element.ValueKind != JsonValueKind.Array)
        {
            return [TryInt(element, out int single) ? single : throw Wrong(key, "an integer or an array of integers")];
        }

        int[] values = new int[element.GetArrayLength()];
        int index = 0;
        foreach (JsonElement item in element.EnumerateArray())
        {
            values[index++] = TryInt(item, out int value) ? value : throw Wrong(key, "an integer or an array of integers");
        }

        return values;
    }

    /// <summary>An array of strings, or null when the key is missing or null.</summary>
    /// <param name="key">Exact key.</param>
    /// <returns>The strings or null.</returns>
    /// <exception cref="InvalidDataException">Something else than an array of strings.</exception>
    public string[]? GetStringsOrNull(string key)
    {
        if (!_values.TryGetValue(key, out JsonElement element))
        {
            return null;
        }

        if (element.ValueKind != JsonValueKind.Array)
        {
            throw Wrong(key, "an array of strings");
        }

        string[] values = new string[element.GetArrayLength()];
        int index = 0;
        foreach (JsonElement item in element.EnumerateArray())
        {
            values[index++] = TryString(item) ?? throw Wrong(key, "an array of strings");
        }

        return values;
    }

    /// <summary>
    /// A field of the object named <paramref name="name"/> in an array of objects that each carry a "name"
    /// (<c>chat_template</c> in its plural form); null when key or name is missing.
    /// </summary>
    /// <param name="key">Exact key.</param>
    /// <param name="name">Name of the wanted object.</param>
    /// <param name="field">Field wanted of it.</param>
    /// <returns>The text or null.</returns>
    /// <exception cref="InvalidDataException">Something else than an array of objects with a name.</exception>
    public string? GetNamedOrNull(string key, string name, string field)
    {
        if (!_values.TryGetValue(key, out JsonElement element))
        {
            return null;
        }

        if (element.ValueKind != JsonValueKind.Array)
        {
            throw Wrong(key, "an array of objects");
        }

        foreach (JsonElement item in element.EnumerateArray())
        {
            ConfigJson inner = Object(item, File, $"{_prefix}{key}.");
            if (string.Equals(inner.GetString("name"), name, StringComparison.Ordinal))
            {
                return inner.GetStringOrNull(field);
            }
        }

        return null;
    }

    private static bool TryInt(JsonElement element, out int value)
    {
        value = 0;
        if (element.ValueKind != JsonValueKind.Number)
        {
            return false;
        }

        if (element.TryGetInt32(out value))
        {
            return true;
        }

        if (!element.TryGetDouble(out double real) || real < int.MinValue || real > int.MaxValue || real != Math.Floor(real))
        {
            return false;
        }

        value = (int)real;
        return true;
    }

    // An escaped lone surrogate passes the JSON parser and fails only when the text is decoded.
    private static string? TryString(JsonElement element)
    {
        try
        {
            return element.ValueKind == JsonValueKind.String ? element.GetString() : null;
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }
}
