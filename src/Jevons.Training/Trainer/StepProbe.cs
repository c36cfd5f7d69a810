namespace Jevons.Training;

/// <summary>What a step takes, measured with one batch.</summary>
/// <param name="FrozenBytes">Weights that are read and not trained.</param>
/// <param name="ParameterBytes">Parameters.</param>
/// <param name="GradientBytes">Their gradients.</param>
/// <param name="OptimizerBytes">The optimizer's state.</param>
/// <param name="ActivationBytes">Activations, their gradients, pieces of logits and attention's pages.</param>
/// <param name="Tokens">Tokens of the batch.</param>
/// <param name="Seconds">Forth and back.</param>
/// <param name="RunSeconds">The same for all batches of the run; the optimizer's own time is small beside it.</param>
public sealed record StepProbe(
    long FrozenBytes, long ParameterBytes, long GradientBytes, long OptimizerBytes, long ActivationBytes, int Tokens, double Seconds, double RunSeconds)
{
    /// <summary>All parts together.</summary>
    public long TotalBytes => FrozenBytes + ParameterBytes + GradientBytes + OptimizerBytes + ActivationBytes;
}
