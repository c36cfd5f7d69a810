using System.Text.Json;
using Jevons.Hub;

namespace Jevons.Cli;

/// <summary>A stored model as properties of a JSON object.</summary>
internal static class StoredModelJson
{
    /// <summary>Writes the properties.</summary>
    /// <param name="json">The writer, inside an object.</param>
    /// <param name="model">The model.</param>
    public static void Write(Utf8JsonWriter json, StoredModel model)
    {
        json.WriteString("name", model.Name);
        json.WriteString("id", model.Id);
        json.WriteString("path", model.Path);
        json.WriteNumber("size", model.Size);
        json.WriteString("modified", model.Modified);
        json.WriteString("repository", model.Repository);
        json.WriteString("variant", model.Variant);
        if (model.Licence is { } licence)
        {
            json.WriteString("licence", licence);
        }

        json.WriteBoolean("complete", model.IsComplete);
        json.WriteStartArray("files");
        foreach (StoredFile file in model.Files)
        {
            json.WriteStartObject();
            json.WriteString("path", file.Path);
            json.WriteNumber("size", file.Size);
            json.WriteString("sha256", file.Sha256);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }
}
