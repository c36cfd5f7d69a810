namespace Jevons.Training;

/// <summary>Rates of AdamW.</summary>
/// <param name="LearningRate">Learning rate at its peak.</param>
/// <param name="Beta1">Decay of the mean of gradients.</param>
/// <param name="Beta2">Decay of the mean of their squares.</param>
/// <param name="Eps">Added to the root of the mean square.</param>
/// <param name="WeightDecay">Decay of matrices, per step and learning rate.</param>
public sealed record AdamWOptions(double LearningRate, double Beta1 = 0.9, double Beta2 = 0.95, double Eps = 1e-8, double WeightDecay = 0.1);
