namespace Jevons.Training;

/// <summary>What one token adds to a policy loss before it is averaged.</summary>
/// <param name="Value">The term.</param>
/// <param name="ByLogRatio">Its derivative by the logarithm of the ratio, the token's own or its sequence's.</param>
/// <param name="ByLogProb">Its derivative by the token's log p where that stands outside of the ratio.</param>
/// <param name="IsClippedLow">The ratio of a bad answer lies below the clip range.</param>
/// <param name="IsClippedHigh">The ratio of a good answer lies above the clip range.</param>
internal readonly record struct PolicyTerm(double Value, double ByLogRatio, double ByLogProb, bool IsClippedLow, bool IsClippedHigh);
