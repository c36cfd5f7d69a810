namespace Jevons.Tokenization.ChatTemplates;

/// <summary>A stretch of rendered text of one origin.</summary>
/// <param name="Text">The text, never empty.</param>
/// <param name="IsTemplate">
/// True for the template's own literals and the token strings of the context (<c>bos_token</c> and the like); false for text
/// that stems from messages, tools and other variables, however sliced, trimmed, joined or escaped on the way.
/// </param>
/// <remarks>
/// An encoder recognises control tokens only where their whole text lies in one template part, and tokenises everything
/// between two control tokens as one text, whatever parts it has: so the split itself changes no token.
/// </remarks>
public readonly record struct RenderedPart(string Text, bool IsTemplate);
