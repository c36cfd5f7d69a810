using System.Text.Json;
using Jevons.Testing;

namespace Jevons.Tokenization.Tests.ChatTemplates;

/// <summary>Reads the reference templates, contexts and expected texts.</summary>
internal static class TemplateData
{
    private static readonly Lazy<IReadOnlyDictionary<string, string>> s_automap = new(() =>
        Lines(SharedData.TryPath("chat-templates", "automap-templates.jsonl"))
            .ToDictionary(l => l.GetProperty("name").GetString()!, l => l.GetProperty("jinja").GetString()!, StringComparer.Ordinal));

    private static readonly Lazy<JsonElement> s_contexts = new(() =>
    {
        using JsonDocument document = JsonDocument.Parse(File.ReadAllText(SharedData.TryPath("chat-templates", "golden-contexts.json")!));
        return document.RootElement.GetProperty("cases").Clone();
    });

    /// <summary>The moment that all expected texts were rendered at.</summary>
    public static DateTimeOffset Now { get; } = new(2025, 1, 20, 12, 0, 0, TimeSpan.Zero);

    /// <summary>The objects of a file of JSON lines; none when there is no file.</summary>
    public static IEnumerable<JsonElement> Lines(string? path)
    {
        foreach (string line in path is null ? [] : File.ReadLines(path))
        {
            using JsonDocument document = JsonDocument.Parse(line);
            yield return document.RootElement.Clone();
        }
    }

    /// <summary>The lines of a file below <c>chat-templates</c>.</summary>
    public static IEnumerable<JsonElement> Cases(string file) => Lines(SharedData.TryPath("chat-templates", file));

    /// <summary>A line of a file below <c>chat-templates</c>; skips the test when the data is absent.</summary>
    public static JsonElement Case(string file, int line) => Lines(SharedData.Path("chat-templates", file)).ElementAt(line);

    /// <summary>File, number and name of each line, for member data; one empty row when the data is absent.</summary>
    public static IEnumerable<TheoryDataRow<string, int, string>> Rows(IEnumerable<string> files, Func<JsonElement, string> name)
    {
        bool any = false;
        foreach (string file in files)
        {
            int number = 0;
            foreach (JsonElement line in Cases(file))
            {
                any = true;
                yield return new TheoryDataRow<string, int, string>(file, number++, name(line));
            }
        }

        if (!any)
        {
            yield return new TheoryDataRow<string, int, string>(files.First(), 0, "absent");
        }
    }

    /// <summary>The text of a template that the golden files name, or null when it is not there.</summary>
    public static string? Template(string name)
    {
        if (s_automap.Value.TryGetValue(name, out string? jinja))
        {
            return jinja;
        }

        string[] parts = name.Split('/', 2);
        if (parts[0] == "tokenizer_config")
        {
            using JsonDocument config = JsonDocument.Parse(File.ReadAllText(SharedData.Path("tokenizers", parts[1], "tokenizer_config.json")));
            return config.RootElement.GetProperty("chat_template").GetString();
        }

        string? path = SharedData.TryPath("chat-templates", "llama.cpp-templates", parts[^1]);
        return path is null ? null : File.ReadAllText(path);
    }

    /// <summary>The variables of a named golden context.</summary>
    public static JsonElement Context(string name) => s_contexts.Value.GetProperty(name);

    /// <summary>The names of the golden contexts.</summary>
    public static IReadOnlyList<string> ContextNames => [.. s_contexts.Value.EnumerateObject().Select(p => p.Name)];

    /// <summary>The contexts that a template of <see cref="AllTemplates"/> can be tried with: the golden ones and its own.</summary>
    public static IEnumerable<JsonElement> ContextsFor(string template) => ContextNames.Select(Context).Concat(
        Cases("huggingface.js-jinja-e2e.jsonl")
            .Where(l => template == "e2e/" + l.GetProperty("name").GetString())
            .Select(l => l.GetProperty("data")));

    /// <summary>Every real template of the data, by name.</summary>
    public static IReadOnlyDictionary<string, string> AllTemplates()
    {
        Dictionary<string, string> all = new(s_automap.Value, StringComparer.Ordinal);
        foreach (string file in SharedData.Walk("*.jinja", "chat-templates"))
        {
            if (SharedData.TryPath(file) is { } path)
            {
                all[file] = File.ReadAllText(path);
            }
        }

        foreach (JsonElement line in Cases("huggingface.js-jinja-e2e.jsonl"))
        {
            all["e2e/" + line.GetProperty("name").GetString()] = line.GetProperty("chat_template").GetString()!;
        }

        return all;
    }
}
