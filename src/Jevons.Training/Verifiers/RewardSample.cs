namespace Jevons.Training;

/// <summary>A completion to be judged.</summary>
/// <param name="Prompt">The question as it was asked.</param>
/// <param name="Completion">The completion's text, thoughts included.</param>
/// <param name="Tokens">The completion's tokens.</param>
/// <param name="Solution">The task's answer; null where it has none.</param>
/// <param name="IsTruncated">True when the completion ended at the limit of its length.</param>
public sealed record RewardSample(string Prompt, string Completion, IReadOnlyList<int> Tokens, string? Solution = null, bool IsTruncated = false);
