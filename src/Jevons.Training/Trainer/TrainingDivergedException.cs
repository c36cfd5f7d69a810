namespace Jevons.Training;

/// <summary>Loss or gradients are no numbers any more.</summary>
/// <param name="message">What was found, and the last good checkpoint.</param>
public sealed class TrainingDivergedException(string message) : InvalidOperationException(message);
