namespace Jevons.Inference;

/// <summary>Something that happened to a generation.</summary>
/// <param name="Sample">Index of the answer, 0 unless several were asked for.</param>
public abstract record GenerationEvent(int Sample);
