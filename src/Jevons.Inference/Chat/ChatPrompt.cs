namespace Jevons.Inference;

/// <summary>A conversation as a prompt.</summary>
/// <param name="Tokens">Token ids, BOS at most once.</param>
/// <param name="Text">The rendered text.</param>
/// <param name="StartsInThinking">True when the model's first token belongs to its thinking.</param>
public sealed record ChatPrompt(IReadOnlyList<int> Tokens, string Text, bool StartsInThinking);
