using System.Text.Json;

namespace Jevons.Tokenization.ChatTemplates;

/// <summary>What a conversation is rendered with, besides its messages.</summary>
public sealed record ChatRenderOptions
{
    /// <summary>A generation prompt, no tools, no token strings.</summary>
    public static ChatRenderOptions Default { get; } = new();

    /// <summary>End with the opening of the assistant's next turn.</summary>
    public bool AddGenerationPrompt { get; init; } = true;

    /// <summary>The text of the begin-of-sequence token, which many templates write themselves.</summary>
    public string? BosToken { get; init; }

    /// <summary>The text of the end-of-sequence token.</summary>
    public string? EosToken { get; init; }

    /// <summary>The tools on offer, each as the JSON object that templates expect (<c>{"type":"function","function":{...}}</c>).</summary>
    public IReadOnlyList<JsonElement> Tools { get; init; } = [];

    /// <summary>
    /// Switches thinking in templates that can: sets the variables <c>enable_thinking</c> and <c>thinking</c>. Null leaves the
    /// choice to the template.
    /// </summary>
    public bool? EnableThinking { get; init; }

    /// <summary>What becomes of the thoughts of earlier turns.</summary>
    public PastThinking PastThinking { get; init; }

    /// <summary>
    /// When a template refuses or drops a system message, put its text, and a line end, before the first user message.
    /// </summary>
    public bool FoldSystemPrompt { get; init; } = true;

    /// <summary>Further variables of the template. They replace those of the same name set by the other options.</summary>
    public IReadOnlyDictionary<string, JsonElement> Variables { get; init; } = new Dictionary<string, JsonElement>(StringComparer.Ordinal);

    /// <summary>The date and the budgets.</summary>
    public RenderOptions Render { get; init; } = RenderOptions.Default;
}
