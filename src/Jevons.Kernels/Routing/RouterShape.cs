namespace Jevons.Kernels;

/// <summary>Sizes and rules of a gate.</summary>
/// <param name="NumExperts">Routed experts.</param>
/// <param name="TopK">Experts of a token.</param>
/// <param name="NumGroups">Groups of NumExperts / NumGroups consecutive experts; 1 for none.</param>
/// <param name="TopKGroups">Groups that a token may choose from; NumGroups for no limit.</param>
/// <param name="Scoring">Scores of the logits.</param>
/// <param name="NormTopKProb">Whether the chosen weights are divided by their sum (+ 1e-20).</param>
/// <param name="RoutedScalingFactor">Factor of the weights, applied last in either case.</param>
public readonly record struct RouterShape(
    int NumExperts, int TopK, int NumGroups, int TopKGroups, RouterScoring Scoring, bool NormTopKProb, float RoutedScalingFactor);
