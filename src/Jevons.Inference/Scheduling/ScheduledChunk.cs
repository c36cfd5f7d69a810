namespace Jevons.Inference;

/// <summary>
/// Consecutive tokens of one sequence that the next pass computes: a piece of a prompt, or the newest token followed by
/// drafted ones.
/// </summary>
/// <param name="Sequence">The sequence.</param>
/// <param name="First">Position of the first token.</param>
/// <param name="Count">Tokens, drafts included; at least 1.</param>
/// <param name="Drafts">How many of them, at the end, are drafts that the pass verifies.</param>
/// <param name="WantsLogits">True when the last certain token is among them, so that the next one can be sampled.</param>
public readonly record struct ScheduledChunk(Sequence Sequence, int First, int Count, int Drafts, bool WantsLogits);
