namespace Jevons.Inference;

/// <summary>An answer has ended; the last event of its index.</summary>
/// <param name="Sample">Index of the answer.</param>
/// <param name="Result">The whole answer.</param>
public sealed record FinishedEvent(int Sample, GenerationResult Result) : GenerationEvent(Sample);
