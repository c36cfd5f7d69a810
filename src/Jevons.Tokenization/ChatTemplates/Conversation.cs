using System.Text.Json;
using Jevons.Tokenization.ChatTemplates.Jinja.Rendering;
using Jevons.Tokenization.ChatTemplates.Jinja.Values;

namespace Jevons.Tokenization.ChatTemplates;

/// <summary>
/// A typed conversation as the variables of a template. Templates disagree about three things, and each is tried in the form
/// that most expect first: a system message of its own (or folded into the first user message), the arguments of tool calls
/// as an object (or as JSON text), missing content as none (or as empty text).
/// </summary>
internal sealed class Conversation(IReadOnlyList<ChatMessage> messages, ChatRenderOptions options)
{
    private const string ThinkOpen = "<think>\n";
    private const string ThinkClose = "\n</think>\n\n";

    /// <summary>Renders in the first form that the template accepts.</summary>
    /// <param name="render">Renders the template over a context.</param>
    /// <returns>The text with the origin of its parts.</returns>
    public JinjaStringBuilder Render(Func<TemplateContext, JinjaStringBuilder> render)
    {
        bool canFold = options.FoldSystemPrompt && messages is [{ Role: "system", Content.Length: > 0 }, ..] && FirstUser() >= 0;
        bool hasCalls = messages.Any(m => m.ToolCalls.Count > 0);
        bool hasMissing = messages.Any(m => m.Content is null);
        JinjaStringBuilder? first = null;
        JinjaException? failure = null;
        foreach (bool folded in Choices(canFold))
        {
            foreach (bool callsAsText in Choices(hasCalls))
            {
                foreach (bool missingAsEmpty in Choices(hasMissing))
                {
                    try
                    {
                        JinjaStringBuilder text = render(Context(folded, callsAsText, missingAsEmpty));
                        if (Shows(text.ToString(), folded || !canFold, callsAsText || !hasCalls))
                        {
                            return text;
                        }

                        first ??= text;
                    }
                    catch (JinjaException e) when (e.Kind != JinjaErrorKind.Limit)
                    {
                        failure ??= e;
                    }
                }
            }
        }

        return first ?? throw failure!;
    }

    private static bool[] Choices(bool hasTwo) => hasTwo ? [false, true] : [false];

    /// <summary>True when nothing of the conversation was lost or spelled in Python's way.</summary>
    private bool Shows(string text, bool systemSettled, bool callsSettled) =>
        (systemSettled || text.Contains(messages[0].Content!.Trim(), StringComparison.Ordinal))
        && (callsSettled || !messages.SelectMany(m => m.ToolCalls).Any(c => IsSpelledAsPython(text, c)));

    private bool IsSpelledAsPython(string text, ChatToolCall call)
    {
        if (ArgumentsOf(call, asText: false) is not JinjaDict { Entries.Count: > 0 } dict)
        {
            return false;
        }

        return text.Contains(dict.ToText(new RenderState(options.Render)).Text, StringComparison.Ordinal);
    }

    private int FirstUser()
    {
        for (int i = 0; i < messages.Count; i++)
        {
            if (messages[i].Role == "user")
            {
                return i;
            }
        }

        return -1;
    }

    private TemplateContext Context(bool folded, bool callsAsText, bool missingAsEmpty)
    {
        List<JinjaValue> list = [];
        int firstUser = FirstUser();
        for (int i = folded ? 1 : 0; i < messages.Count; i++)
        {
            ChatMessage message = folded && i == firstUser
                ? messages[i] with { Content = $"{messages[0].Content}\n{messages[i].Content}" }
                : messages[i];
            list.Add(Message(message, callsAsText, missingAsEmpty));
        }

        TemplateContext context = TemplateContext.Empty
            .With("messages", new JinjaList([.. list]))
            .With("add_generation_prompt", options.AddGenerationPrompt);
        context = options.BosToken is null ? context : context.With("bos_token", options.BosToken);
        context = options.EosToken is null ? context : context.With("eos_token", options.EosToken);
        if (options.Tools.Count > 0)
        {
            context = context.With("tools", new JinjaList([.. options.Tools.Select(t => TemplateContext.ToValue(t))]));
        }

        if (options.EnableThinking is { } thinking)
        {
            context = context.With("enable_thinking", thinking).With("thinking", thinking);
        }

        return options.Variables.Aggregate(context, (c, v) => c.With(v.Key, v.Value));
    }

    private JinjaDict Message(ChatMessage message, bool callsAsText, bool missingAsEmpty)
    {
        List<KeyValuePair<JinjaValue, JinjaValue>> fields = [];
        bool hasThoughts = !string.IsNullOrEmpty(message.Thinking);
        string? content = hasThoughts && options.PastThinking == PastThinking.InContent
            ? ThinkOpen + message.Thinking + ThinkClose + message.Content
            : message.Content ?? (missingAsEmpty ? "" : null);
        Add("role", TemplateContext.Role(message.Role));
        Add("content", content is null ? JinjaNone.Instance : JinjaString.FromContent(content));
        if (hasThoughts && options.PastThinking == PastThinking.TemplateDecides)
        {
            Add("reasoning_content", JinjaString.FromContent(message.Thinking!));
        }

        if (message.Name is not null)
        {
            Add("name", JinjaString.FromContent(message.Name));
        }

        if (message.ToolCallId is not null)
        {
            Add("tool_call_id", JinjaString.FromContent(message.ToolCallId));
        }

        if (message.ToolCalls.Count > 0)
        {
            Add("tool_calls", new JinjaList([.. message.ToolCalls.Select(c => ToolCall(c, callsAsText))]));
        }

        return new JinjaDict(fields);

        void Add(string name, JinjaValue value) => fields.Add(Field(name, value));
    }

    private static JinjaDict ToolCall(ChatToolCall call, bool asText)
    {
        List<KeyValuePair<JinjaValue, JinjaValue>> fields = [];
        if (call.Id is not null)
        {
            fields.Add(Field("id", JinjaString.FromContent(call.Id)));
        }

        fields.Add(Field("type", JinjaString.Template("function")));
        fields.Add(Field("function", new JinjaDict(
        [
            Field("name", JinjaString.FromContent(call.Name)),
            Field("arguments", ArgumentsOf(call, asText)),
        ])));
        return new JinjaDict(fields);
    }

    private static JinjaValue ArgumentsOf(ChatToolCall call, bool asText)
    {
        if (asText)
        {
            return JinjaString.FromContent(call.Arguments);
        }

        try
        {
            using JsonDocument document = JsonDocument.Parse(call.Arguments);
            return TemplateContext.ToValue(document.RootElement);
        }
        catch (JsonException)
        {
            // What a model wrote as arguments need not be JSON; a template then gets the text as it is.
            return JinjaString.FromContent(call.Arguments);
        }
    }

    private static KeyValuePair<JinjaValue, JinjaValue> Field(string name, JinjaValue value) => new(JinjaString.Template(name), value);
}
