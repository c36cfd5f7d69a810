namespace Jevons.Inference;

/// <summary>More of the prompt has been computed.</summary>
/// <param name="Sample">Index of the answer.</param>
/// <param name="Computed">Prompt tokens computed or found in cached pages.</param>
/// <param name="Total">Tokens of the prompt.</param>
/// <param name="Cached">Prompt tokens that were found in cached pages.</param>
public sealed record PromptProgressEvent(int Sample, int Computed, int Total, int Cached) : GenerationEvent(Sample);
