using System.Runtime.InteropServices;

namespace Jevons.Tokenization;

/// <summary>A stretch of a prompt and where it comes from.</summary>
/// <param name="Text">The text.</param>
/// <param name="IsTemplate">
/// True for text of the chat template, in which control tokens are recognised; false for what a person, a file or a tool wrote,
/// in which they never are.
/// </param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct PromptPart(string Text, bool IsTemplate);
