namespace Jevons.Tokenization.ChatTemplates;

/// <summary>A turn of a conversation.</summary>
/// <param name="Role">Who speaks: <c>system</c>, <c>user</c>, <c>assistant</c>, <c>tool</c>, or what else the template knows.</param>
/// <param name="Content">What is said; null for a turn that only calls tools.</param>
public sealed record ChatMessage(string Role, string? Content)
{
    /// <summary>What the assistant thought before it answered, without think tags.</summary>
    public string? Thinking { get; init; }

    /// <summary>The tools that the assistant calls.</summary>
    public IReadOnlyList<ChatToolCall> ToolCalls { get; init; } = [];

    /// <summary>The name of the speaker, or of the tool whose result this is.</summary>
    public string? Name { get; init; }

    /// <summary>The call that a tool's result answers.</summary>
    public string? ToolCallId { get; init; }
}
