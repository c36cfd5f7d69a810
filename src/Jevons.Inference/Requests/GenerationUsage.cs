namespace Jevons.Inference;

/// <summary>Tokens of one answer.</summary>
/// <param name="PromptTokens">Tokens of the prompt.</param>
/// <param name="CachedTokens">Of these, found in pages computed before.</param>
/// <param name="CompletionTokens">Tokens generated, a stop token included.</param>
/// <param name="ReasoningTokens">Of these, thinking with its tags.</param>
/// <param name="Speculation">Drafted and accepted tokens.</param>
public readonly record struct GenerationUsage(
    int PromptTokens, int CachedTokens, int CompletionTokens, int ReasoningTokens, SpeculationCounts Speculation);
