namespace Jevons.Inference;

/// <summary>More text of a part.</summary>
/// <param name="Sample">Index of the answer.</param>
/// <param name="Kind">The part.</param>
/// <param name="Text">Whole characters; empty when the model has no tokenizer.</param>
/// <param name="Tokens">The tokens taken since the last event of this answer; the text of some may still be held back.</param>
/// <param name="Scores">Their log-probabilities, when asked for, else empty.</param>
public sealed record TextEvent(int Sample, PartKind Kind, string Text, IReadOnlyList<int> Tokens, IReadOnlyList<TokenScore> Scores)
    : GenerationEvent(Sample);
