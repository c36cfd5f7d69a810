namespace Jevons.Inference;

/// <summary>A generated token with its log-probability and the most probable alternatives.</summary>
/// <param name="Token">Token id.</param>
/// <param name="LogProb">Natural log-probability under the model's own distribution.</param>
/// <param name="Top">The most probable tokens, descending.</param>
public sealed record TokenScore(int Token, float LogProb, IReadOnlyList<TokenLogProb> Top);
