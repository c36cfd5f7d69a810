namespace Jevons.Inference;

/// <summary>How a model's tokens are chosen when nobody says otherwise, and why.</summary>
/// <param name="Sampling">The values.</param>
/// <param name="Reason">Where they come from, for people.</param>
public sealed record SamplingDefaults(SamplingParams Sampling, string Reason);
