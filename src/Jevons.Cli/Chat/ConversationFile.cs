using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Jevons.Cli;

/// <summary>
/// Conversations on disk: <c>{"format":"jevons-conversation","version":1,"model":...,"saved":...,"system":...,
/// "messages":[{"role":...,"content":...,"thinking":...}]}</c>, and Markdown for people. Written beside the old file and then
/// renamed, readable by its owner only.
/// </summary>
internal static class ConversationFile
{
    private const string Format = "jevons-conversation";
    private const long LongestFile = 1 << 26;
    private const string Markdown = ".md";

    /// <summary>Saves a conversation; as Markdown where the name ends in .md.</summary>
    /// <param name="path">The file; its folder is made.</param>
    /// <param name="conversation">What to save.</param>
    /// <param name="saved">The time.</param>
    public static void Save(string path, Conversation conversation, DateTimeOffset saved)
    {
        string full = Path.GetFullPath(path);
        Directory.CreateDirectory(Path.GetDirectoryName(full)!);
        using OutputFile file = new(full);
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(full + ".partial", UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }

        if (path.EndsWith(Markdown, StringComparison.OrdinalIgnoreCase))
        {
            file.Stream.Write(Encoding.UTF8.GetBytes(ToMarkdown(conversation)));
        }
        else
        {
            WriteJson(file.Stream, conversation, saved);
        }

        file.Commit();
    }

    /// <summary>Reads a saved conversation.</summary>
    /// <param name="path">A file of <see cref="Save"/>.</param>
    /// <exception cref="InvalidDataException">It is none; the message says where.</exception>
    public static Conversation Load(string path)
    {
        if (new FileInfo(path).Length > LongestFile)
        {
            throw new InvalidDataException($"{path}: more than {LongestFile >> 20} MiB; this is no saved conversation");
        }

        try
        {
            using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(path));
            return Read(document.RootElement, path);
        }
        catch (JsonException e)
        {
            throw new InvalidDataException($"{path}: no JSON ({e.Message})", e);
        }
    }

    private static Conversation Read(JsonElement root, string path)
    {
        if (root.ValueKind != JsonValueKind.Object || TextOf(root, "format", path) != Format)
        {
            throw new InvalidDataException($"{path}: key format is not \"{Format}\"; this is no saved conversation");
        }

        Conversation conversation = new() { Model = TextOf(root, "model", path) ?? "", System = TextOf(root, "system", path) ?? "" };
        if (!root.TryGetProperty("messages", out JsonElement messages) || messages.ValueKind != JsonValueKind.Array)
        {
            throw new InvalidDataException($"{path}: key messages is missing or no array");
        }

        foreach (JsonElement message in messages.EnumerateArray())
        {
            string where = string.Create(CultureInfo.InvariantCulture, $"messages[{conversation.Messages.Count}]");
            string? role = message.ValueKind == JsonValueKind.Object ? TextOf(message, "role", path) : null;
            if (role is not (Message.User or Message.Assistant))
            {
                throw new InvalidDataException($"{path}: {where} has the role \"{role}\", expected {Message.User} or {Message.Assistant}");
            }

            string content = TextOf(message, "content", path) ?? throw new InvalidDataException($"{path}: {where} has no content");
            conversation.Add(new Message(role, content, TextOf(message, "thinking", path) ?? ""));
        }

        return conversation;
    }

    private static string? TextOf(JsonElement parent, string key, string path)
    {
        if (!parent.TryGetProperty(key, out JsonElement value) || value.ValueKind == JsonValueKind.Null)
        {
            return null;
        }

        try
        {
            return value.ValueKind == JsonValueKind.String ? value.GetString() : throw new InvalidDataException($"{path}: key {key} is no text");
        }
        catch (InvalidOperationException e)
        {
            throw new InvalidDataException($"{path}: key {key} is no Unicode text", e);
        }
    }

    private static void WriteJson(Stream stream, Conversation conversation, DateTimeOffset saved)
    {
        JsonWriterOptions options = new() { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
        using Utf8JsonWriter json = new(stream, options);
        json.WriteStartObject();
        json.WriteString("format", Format);
        json.WriteNumber("version", 1);
        json.WriteString("model", conversation.Model);
        json.WriteString("saved", saved);
        if (conversation.System.Length > 0)
        {
            json.WriteString("system", conversation.System);
        }

        json.WriteStartArray("messages");
        foreach (Message message in conversation.Messages)
        {
            json.WriteStartObject();
            json.WriteString("role", message.Role);
            json.WriteString("content", message.Content);
            if (message.Thinking.Length > 0)
            {
                json.WriteString("thinking", message.Thinking);
            }

            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static string ToMarkdown(Conversation conversation)
    {
        StringBuilder text = new();
        text.Append("# Conversation with ").Append(Path.GetFileName(conversation.Model)).Append("\n\n");
        if (conversation.System.Length > 0)
        {
            text.Append("> ").Append(conversation.System.ReplaceLineEndings("\n> ")).Append("\n\n");
        }

        foreach (Message message in conversation.Messages)
        {
            text.Append(message.Role == Message.User ? "## You\n\n" : "## Model\n\n");
            if (message.Thinking.Length > 0)
            {
                text.Append("<details><summary>Thinking</summary>\n\n").Append(message.Thinking.Trim()).Append("\n\n</details>\n\n");
            }

            text.Append(message.Content.Trim()).Append("\n\n");
        }

        return text.ToString();
    }
}
