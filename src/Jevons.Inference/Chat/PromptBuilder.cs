using System.Text.Json;
using Jevons.Tokenization;
using Jevons.Tokenization.ChatTemplates;

namespace Jevons.Inference;

/// <summary>
/// Renders turns with a model's template and encodes them so that only the template's own text can become control tokens.
/// For the R1 family the prompt is made to end with the opening thinking tag and a line break, as its makers recommend,
/// where the template does not do so itself. A prompt that ends inside thinking has it closed where none is wanted, for a template
/// may open it and know no switch.
/// </summary>
public static class PromptBuilder
{
    /// <summary>Renders and encodes a conversation.</summary>
    /// <param name="model">Tokenizer, template, thinking tags.</param>
    /// <param name="turns">The turns, oldest first.</param>
    /// <param name="options">What else the template is told.</param>
    /// <returns>The prompt.</returns>
    /// <exception cref="InvalidOperationException">The model has no tokenizer or no chat template.</exception>
    /// <exception cref="JinjaException">The template refuses the conversation.</exception>
    public static ChatPrompt Build(ModelDescription model, IReadOnlyList<ChatTurn> turns, PromptOptions options)
    {
        Tokenizer tokenizer = model.Tokenizer
            ?? throw new InvalidOperationException($"{model.Name} has no tokenizer; give token ids, or a model whose file has one");
        ChatTemplate template = model.ChatTemplate ?? throw new InvalidOperationException(
            $"{model.Name} has no chat template, so it cannot chat; give it text to continue, or name a template");
        List<PromptPart> parts = [];
        foreach (RenderedPart part in template.RenderParts(Context(tokenizer, turns, options), new RenderOptions { Now = options.Now }))
        {
            parts.Add(new PromptPart(part.Text, part.IsTemplate));
        }

        if (options.AddGenerationPrompt && model.ThinkingTags is { } tags)
        {
            SetThinking(parts, tags, options.Think, isR1: model.R1Evidence is not null);
        }

        int[] tokens = tokenizer.Encode(parts.ToArray());
        return new ChatPrompt(tokens, string.Concat(parts.Select(p => p.Text)), model.ThinkingTags?.IsOpenAtEnd(tokenizer, tokens) ?? false);
    }

    private static void SetThinking(List<PromptPart> parts, ThinkingTags tags, bool think, bool isR1)
    {
        string end = string.Concat(parts.TakeLast(2).Select(p => p.Text)).TrimEnd();
        bool isClosed = end.EndsWith(tags.Close, StringComparison.Ordinal);
        if (isClosed)
        {
            return;
        }

        bool isOpen = end.EndsWith(tags.Open, StringComparison.Ordinal);
        if (!isOpen && isR1)
        {
            parts.Add(new PromptPart(tags.Open + "\n", IsTemplate: true));
            isOpen = true;
        }

        if (isOpen && !think)
        {
            parts.Add(new PromptPart($"\n{tags.Close}\n\n", IsTemplate: true));
        }
    }

    private static TemplateContext Context(Tokenizer tokenizer, IReadOnlyList<ChatTurn> turns, PromptOptions options)
    {
        TemplateContext context = TemplateContext.Parse(Messages(turns))
            .With("add_generation_prompt", options.AddGenerationPrompt)
            .With("bos_token", TextOf(tokenizer, tokenizer.BosId))
            .With("eos_token", TextOf(tokenizer, tokenizer.EosId));
        if (!options.Think)
        {
            context = context.With("enable_thinking", value: false).With("thinking", value: false);
        }

        foreach ((string name, JsonElement value) in options.Variables)
        {
            context = context.With(name, value);
        }

        return context;
    }

    private static string TextOf(Tokenizer tokenizer, int? id) => id is int token && tokenizer.TryGetText(token, out string? text) ? text : "";

    private static ReadOnlyMemory<byte> Messages(IReadOnlyList<ChatTurn> turns)
    {
        using MemoryStream stream = new();
        using (Utf8JsonWriter writer = new(stream))
        {
            writer.WriteStartObject();
            writer.WriteStartArray("messages");
            foreach (ChatTurn turn in turns)
            {
                writer.WriteStartObject();
                writer.WriteString("role", turn.Role);
                writer.WriteString("content", turn.Content);
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
            writer.WriteEndObject();
        }

        return stream.ToArray();
    }
}
