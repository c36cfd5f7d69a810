namespace Jevons.Training;

/// <summary>A token that a loss looks at.</summary>
/// <param name="Row">The row of the batch whose logits predict it: the row of the token before.</param>
/// <param name="Label">The token.</param>
public readonly record struct Target(int Row, int Label);
