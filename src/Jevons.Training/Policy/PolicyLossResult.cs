namespace Jevons.Training;

/// <summary>A policy loss, its derivatives and what is reported of it.</summary>
/// <param name="Loss">The loss.</param>
/// <param name="ByLogProb">Derivative by each token's log p; 0 where a token does not count.</param>
/// <param name="ByEntropy">Derivative by each token's entropy; null where the loss has no entropy term.</param>
/// <param name="Metrics">Figures under TRL's names.</param>
public sealed record PolicyLossResult(double Loss, double[] ByLogProb, double[]? ByEntropy, IReadOnlyDictionary<string, double> Metrics);
