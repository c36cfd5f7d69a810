namespace Jevons.Inference;

/// <summary>A chosen token.</summary>
/// <param name="Token">Its id.</param>
/// <param name="LogProb">
/// Its natural log-probability under the model's own distribution, before penalties, masks and temperature; NaN when it was
/// not asked for.
/// </param>
public readonly record struct SampledToken(int Token, float LogProb);
