namespace Jevons.Training;

/// <summary>A preference loss, its derivatives and what is reported of it.</summary>
/// <param name="Loss">The loss.</param>
/// <param name="ByLogProb">Derivative by each token's log p.</param>
/// <param name="Metrics">Figures under TRL's names.</param>
public sealed record DpoResult(double Loss, double[] ByLogProb, IReadOnlyDictionary<string, double> Metrics);
