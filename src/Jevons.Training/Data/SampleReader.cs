using System.Text;
using System.Text.Json;
using Jevons.Inference;

namespace Jevons.Training;

/// <summary>
/// Reads JSON lines, one sample a line, in any of the shapes that are in use: <c>text</c>; <c>messages</c> (OpenAI);
/// <c>conversations</c> with from and value (ShareGPT); <c>instruction</c>, <c>input</c>, <c>output</c> (Alpaca);
/// <c>prompt</c> and <c>completion</c>, as text or as messages. Blank lines are skipped. Nothing is skipped in silence: a line
/// of no such shape is an error that names file, line and column.
/// </summary>
public static class SampleReader
{
    /// <summary>Reads all samples of a stream.</summary>
    /// <param name="stream">UTF-8 text.</param>
    /// <param name="file">Name for messages.</param>
    /// <returns>The samples, in order; read as they are asked for.</returns>
    /// <exception cref="InvalidDataException">A line is no sample.</exception>
    public static IEnumerable<Sample> Read(Stream stream, string file)
    {
        using StreamReader reader = new(stream, new UTF8Encoding(false, throwOnInvalidBytes: true), leaveOpen: true);
        for (int number = 1; ; number++)
        {
            string? line;
            try
            {
                line = reader.ReadLine();
            }
            catch (DecoderFallbackException e)
            {
                throw new InvalidDataException($"{file}: line {number} or just behind it: not valid UTF-8; save the file as UTF-8", e);
            }

            if (line is null)
            {
                yield break;
            }

            if (!string.IsNullOrWhiteSpace(line))
            {
                yield return Parse(line, $"{file}: line {number}");
            }
        }
    }

    /// <summary>Reads one line.</summary>
    /// <param name="line">A JSON object.</param>
    /// <param name="source">File and line, for messages.</param>
    /// <returns>The sample.</returns>
    /// <exception cref="InvalidDataException">It is no sample.</exception>
    public static Sample Parse(string line, string source)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(line);
            JsonElement root = document.RootElement;
            if (root.ValueKind != JsonValueKind.Object)
            {
                throw Wrong(source, $"a JSON {Kind(root)}, expected an object");
            }

            return Shape(root, source);
        }
        catch (JsonException e)
        {
            throw new InvalidDataException($"{source}, column {e.BytePositionInLine + 1}: not JSON; expected one JSON object a line", e);
        }
    }

    private static Sample Shape(JsonElement root, string source)
    {
        if (root.TryGetProperty("messages", out JsonElement messages))
        {
            return Chat(Turns(messages, "messages", "role", "content", source), source);
        }

        if (root.TryGetProperty("conversations", out JsonElement conversations))
        {
            return Chat(Turns(conversations, "conversations", "from", "value", source), source);
        }

        if (root.TryGetProperty("prompt", out JsonElement prompt) && root.TryGetProperty("completion", out JsonElement completion))
        {
            return prompt.ValueKind == JsonValueKind.Array
                ? Chat(
                    [
                        .. Turns(prompt, "prompt", "role", "content", source),
                        .. completion.ValueKind == JsonValueKind.Array
                            ? Turns(completion, "completion", "role", "content", source)
                            : [ChatTurn.Assistant(Text(completion, "completion", source))],
                    ],
                    source)
                : new Sample.Completion(source, Text(prompt, "prompt", source), Text(completion, "completion", source));
        }

        if (root.TryGetProperty("instruction", out JsonElement instruction) && root.TryGetProperty("output", out JsonElement output))
        {
            string input = root.TryGetProperty("input", out JsonElement more) && more.ValueKind != JsonValueKind.Null ? Text(more, "input", source) : "";
            string asked = Text(instruction, "instruction", source);
            return Chat([ChatTurn.User(input.Length == 0 ? asked : $"{asked}\n\n{input}"), ChatTurn.Assistant(Text(output, "output", source))], source);
        }

        if (root.TryGetProperty("text", out JsonElement text))
        {
            return new Sample.Plain(source, Text(text, "text", source));
        }

        string keys = string.Join(", ", root.EnumerateObject().Select(p => $"\"{p.Name}\""));
        throw Wrong(source, $"an object with {(keys.Length == 0 ? "no keys" : keys)}, expected \"text\", \"messages\", \"conversations\", \"prompt\" and \"completion\", or \"instruction\" and \"output\"");
    }

    private static Sample.Chat Chat(IReadOnlyList<ChatTurn> turns, string source) => turns.Any(t => t.Role == "assistant")
        ? new Sample.Chat(source, turns)
        : throw Wrong(source, "a conversation without an assistant's turn, from which nothing can be learnt");

    private static IReadOnlyList<ChatTurn> Turns(JsonElement list, string key, string role, string content, string source)
    {
        if (list.ValueKind != JsonValueKind.Array)
        {
            throw Wrong(source, $"\"{key}\" is a JSON {Kind(list)}, expected a list of turns");
        }

        List<ChatTurn> turns = [];
        foreach (JsonElement turn in list.EnumerateArray())
        {
            if (turn.ValueKind != JsonValueKind.Object || !turn.TryGetProperty(role, out JsonElement who) || !turn.TryGetProperty(content, out JsonElement what))
            {
                throw Wrong(source, $"\"{key}\"[{turns.Count}] is no object with \"{role}\" and \"{content}\"");
            }

            string said = Text(what, $"{key}[{turns.Count}].{content}", source);
            if (turn.TryGetProperty("reasoning_content", out JsonElement reasoning) && reasoning.ValueKind == JsonValueKind.String)
            {
                said = $"<think>\n{reasoning.GetString()}\n</think>\n\n{said}";
            }

            turns.Add(new ChatTurn(Role(Text(who, $"{key}[{turns.Count}].{role}", source), key, turns.Count, source), said));
        }

        return turns;
    }

    private static string Role(string name, string key, int index, string source) => name switch
    {
        "system" or "user" or "assistant" or "tool" => name,
        "human" => "user",
        "gpt" or "model" or "bot" => "assistant",
        _ => throw Wrong(source, $"\"{key}\"[{index}] is said by \"{name}\", expected system, user (human), assistant (gpt) or tool"),
    };

    private static string Text(JsonElement value, string key, string source) => value.ValueKind == JsonValueKind.String
        ? value.GetString()!
        : throw Wrong(source, $"\"{key}\" is a JSON {Kind(value)}, expected text");

    private static string Kind(JsonElement value) => value.ValueKind.ToString().ToLowerInvariant();

    private static InvalidDataException Wrong(string source, string found) => new($"{source}: {found}");
}
