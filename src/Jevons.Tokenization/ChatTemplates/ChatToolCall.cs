namespace Jevons.Tokenization.ChatTemplates;

/// <summary>A call of a tool by the assistant.</summary>
/// <param name="Name">The tool.</param>
/// <param name="Arguments">The arguments as JSON text.</param>
/// <param name="Id">The name of this call, which the tool's result repeats.</param>
public sealed record ChatToolCall(string Name, string Arguments, string? Id = null);
