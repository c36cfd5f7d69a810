namespace Jevons.Inference;

/// <summary>Receives a row of logits.</summary>
/// <param name="position">Position in the sequence; the row predicts the token behind it.</param>
/// <param name="logits">One value a vocabulary entry, valid during the call.</param>
public delegate void LogitsReader(int position, ReadOnlySpan<float> logits);
