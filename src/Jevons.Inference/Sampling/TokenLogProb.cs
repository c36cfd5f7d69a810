namespace Jevons.Inference;

/// <summary>A token and its natural log-probability.</summary>
/// <param name="Token">Token id.</param>
/// <param name="LogProb">log p.</param>
public readonly record struct TokenLogProb(int Token, float LogProb);
