using System.Text.Json;

namespace Jevons.Formats;

/// <summary>The index of a sharded safetensors checkpoint: which file holds which tensor.</summary>
/// <param name="FileOf">Tensor name to plain file name, in the order of the index.</param>
internal sealed record SafetensorsIndex(OrderedDictionary<string, string> FileOf)
{
    private const int LongestFileName = 255;

    /// <summary>Parses <c>model.safetensors.index.json</c>: {"metadata": ..., "weight_map": {tensor: file}}.</summary>
    /// <param name="json">UTF-8 text.</param>
    /// <param name="file">Path for messages.</param>
    /// <returns>The index.</returns>
    /// <exception cref="InvalidDataException">No valid index, or a file name that leaves the folder.</exception>
    public static SafetensorsIndex Parse(ReadOnlySpan<byte> json, string file)
    {
        OrderedDictionary<string, string>? fileOf = null;
        Utf8JsonReader reader = new(json);
        try
        {
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
            {
                throw BadFile.Because(file, "expected a JSON object with a weight_map");
            }

            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                bool isMap = reader.ValueTextEquals("weight_map"u8);
                reader.Read();
                if (isMap && fileOf is null)
                {
                    fileOf = ReadMap(ref reader, file);
                }
                else if (isMap)
                {
                    throw BadFile.At(file, reader.TokenStartIndex, "weight_map", "it occurs twice; the index is damaged");
                }
                else
                {
                    reader.Skip();
                }
            }

            // Reads on behind the object: anything but white space is an error of the JSON reader.
            while (reader.Read())
            {
            }
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw new InvalidDataException($"{file}: byte {reader.TokenStartIndex}: not valid JSON ({e.Message}); the index is damaged", e);
        }

        return new SafetensorsIndex(fileOf ?? throw BadFile.Because(file, "weight_map is missing; the index is damaged"));
    }

    private static OrderedDictionary<string, string> ReadMap(ref Utf8JsonReader reader, string file)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            throw BadFile.At(file, reader.TokenStartIndex, "weight_map", $"found {reader.TokenType}, expected an object of file names");
        }

        OrderedDictionary<string, string> map = new(StringComparer.Ordinal);
        string shard = "";
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            long at = reader.TokenStartIndex;
            string tensor = reader.GetString()!;
            reader.Read();
            if (reader.TokenType != JsonTokenType.String)
            {
                throw BadFile.At(file, at, $"tensor {BadFile.Quote(tensor)}", $"found {reader.TokenType}, expected a file name");
            }

            // Neighbours mostly share a file: one string serves them all.
            if (!reader.ValueTextEquals(shard) || shard.Length == 0)
            {
                shard = reader.GetString()!;
            }

            if (!IsPlainFileName(shard))
            {
                throw BadFile.At(
                    file, at, $"tensor {BadFile.Quote(tensor)}",
                    $"found file name {BadFile.Quote(shard)}, expected a plain name in the index's own folder");
            }

            if (!map.TryAdd(tensor, shard))
            {
                throw BadFile.At(file, at, $"tensor {BadFile.Quote(tensor)}", "the name occurs twice; the index is damaged");
            }
        }

        return map;
    }

    private static bool IsPlainFileName(string name)
    {
        if (name.Length is 0 or > LongestFileName || name is "." or ".." || name.AsSpan().IndexOfAny("/\\:") >= 0)
        {
            return false;
        }

        foreach (char c in name)
        {
            if (char.IsControl(c))
            {
                return false;
            }
        }

        return true;
    }
}
