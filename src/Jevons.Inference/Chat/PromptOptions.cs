using System.Text.Json;

namespace Jevons.Inference;

/// <summary>What a chat template is told besides the turns.</summary>
public sealed record PromptOptions
{
    /// <summary>Ends the prompt where the assistant's turn begins.</summary>
    public bool AddGenerationPrompt { get; init; } = true;

    /// <summary>False asks a reasoning model to answer at once, by the template's own switch or by thinking that is closed empty.</summary>
    public bool Think { get; init; } = true;

    /// <summary>The moment that templates with a date write; null makes such a template fail with a message that says so.</summary>
    public DateTimeOffset? Now { get; init; }

    /// <summary>Further variables by name: tools, documents, switches of the template.</summary>
    public IReadOnlyDictionary<string, JsonElement> Variables { get; init; } = new Dictionary<string, JsonElement>(StringComparer.Ordinal);
}
