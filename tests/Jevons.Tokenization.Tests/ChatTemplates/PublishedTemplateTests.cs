using System.Text.Json;
using Jevons.Tokenization.ChatTemplates;

namespace Jevons.Tokenization.Tests.ChatTemplates;

/// <summary>Published models' templates with the texts that two other projects expect of them.</summary>
public static class PublishedTemplateTests
{
    public static IEnumerable<TheoryDataRow<string, int, string>> EndToEndCases() => TemplateData.Rows(
        ["huggingface.js-jinja-e2e.jsonl"], l => l.GetProperty("name").GetString()!);

    public static IEnumerable<TheoryDataRow<string, int, string>> ChatCases() => TemplateData.Rows(
        ["llama.cpp-chat-template-cases.jsonl"], l => l.GetProperty("name").GetString()!);

    [Theory]
    [MemberData(nameof(EndToEndCases), DisableDiscoveryEnumeration = true)]
    public static void Render_EndToEndCase_EqualsTarget(string file, int line, string name)
    {
        JsonElement json = TemplateData.Case(file, line);
        string target = json.GetProperty("target").GetString()!;
        if (name == "MadeAgents/Hammer2.1")
        {
            // This template prints a list without tojson: JavaScript's spelling in the target, Python's in transformers.
            target = string.Join('\n', target.Split('\n').Select(l => l.StartsWith("[{\"", StringComparison.Ordinal) ? AsPython(l) : l));
        }

        RenderOptions options = new() { Now = new DateTimeOffset(2025, 7, 10, 12, 0, 0, TimeSpan.Zero) };
        ChatTemplate template = ChatTemplate.Parse(json.GetProperty("chat_template").GetString()!);
        Assert.Equal(target, template.Render(json.GetProperty("data"), options));
    }

    [Theory]
    [MemberData(nameof(ChatCases), DisableDiscoveryEnumeration = true)]
    public static void RenderChat_LlamaCppCase_EqualsExpected(string file, int line, string name)
    {
        JsonElement json = TemplateData.Case(file, line);
        List<ChatMessage> messages = [.. json.GetProperty("messages").EnumerateArray().Select(m =>
            new ChatMessage(m.GetProperty("role").GetString()!, m.GetProperty("content").GetString()))];
        if (name.Contains("granite-3.x (tool call)", StringComparison.Ordinal))
        {
            // The expected text has three turns more than the recorded messages.
            messages.Add(new ChatMessage("user", "What is the weather?"));
            messages.Add(new ChatMessage("assistant_tool_call", """[{"name": "get_weather", "arguments": {"location": "NYC"}}]"""));
            messages.Add(new ChatMessage("tool_response", """{"temperature": 72}"""));
        }

        string expected = Text(json.GetProperty("expected_jinja"));
        expected = expected.Length > 0 ? expected : Text(json.GetProperty("expected_legacy_builtin"));
        ChatRenderOptions options = new()
        {
            AddGenerationPrompt = json.GetProperty("add_generation_prompt").GetBoolean(),
            BosToken = json.TryGetProperty("bos_token", out JsonElement bos) ? bos.GetString() : "",
            EosToken = json.TryGetProperty("eos_token", out JsonElement eos) ? eos.GetString() : "",
        };
        Assert.Equal(expected, ChatTemplate.Parse(Text(json.GetProperty("template"))).RenderChat(messages, options));
    }

    private static string AsPython(string line) =>
        line.Replace("\\\"", "\u0001", StringComparison.Ordinal).Replace('"', '\'').Replace('\u0001', '"');

    /// <summary>A text, or one that was recorded as the expression <c>U8C("text")</c>.</summary>
    private static string Text(JsonElement json) => json.ValueKind == JsonValueKind.String
        ? json.GetString()!
        : json.GetProperty("expr")[1].GetProperty("list")[0].GetString()!;
}
