namespace Jevons.Inference;

/// <summary>All answer text so far was thinking: its closing tag came without an opening one.</summary>
/// <param name="Sample">Index of the answer.</param>
public sealed record ReclassifiedEvent(int Sample) : GenerationEvent(Sample);
