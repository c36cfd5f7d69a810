namespace Jevons.Training;

/// <summary>What a step came to.</summary>
/// <param name="Step">Number of the step, from 1.</param>
/// <param name="Steps">Steps of the run.</param>
/// <param name="Epoch">Passes over the data so far.</param>
/// <param name="Loss">Mean loss of its batches.</param>
/// <param name="GradientNorm">Global norm of the gradients before clipping.</param>
/// <param name="LearningRate">Learning rate.</param>
/// <param name="Tokens">Tokens seen so far.</param>
/// <param name="TokensPerSecond">Tokens of this step, by its time.</param>
/// <param name="Seconds">Seconds of the run so far.</param>
/// <param name="EvalLoss">Validation loss after the step, where it was measured.</param>
public sealed record StepReport(
    int Step, int Steps, double Epoch, double Loss, double GradientNorm, double LearningRate, long Tokens, double TokensPerSecond, double Seconds, double? EvalLoss);
