namespace Jevons.Inference;

/// <summary>How probable a model finds a text.</summary>
/// <param name="LogProbs">Natural log-probability of tokens 1 .. n - 1, each given those before it.</param>
/// <param name="Top">The most probable tokens behind each position 0 .. n - 1, descending.</param>
public sealed record TextScore(IReadOnlyList<float> LogProbs, IReadOnlyList<IReadOnlyList<TokenLogProb>> Top);
