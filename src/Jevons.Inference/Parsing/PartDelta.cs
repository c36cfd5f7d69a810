namespace Jevons.Inference;

/// <summary>A piece of a part.</summary>
/// <param name="Kind">The part that it belongs to.</param>
/// <param name="Text">Its text, whole characters; empty only when <paramref name="MovesAnswerToThinking"/> is set.</param>
/// <param name="MovesAnswerToThinking">
/// True when a closing tag came although none had been opened: all answer text before it was thinking.
/// </param>
public readonly record struct PartDelta(PartKind Kind, string Text, bool MovesAnswerToThinking = false);
