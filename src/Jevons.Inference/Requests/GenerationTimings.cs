namespace Jevons.Inference;

/// <summary>How long an answer took.</summary>
/// <param name="Queued">From the request to the first pass with its tokens.</param>
/// <param name="Prompt">From then to its first token.</param>
/// <param name="Decode">From the first token to the last.</param>
public readonly record struct GenerationTimings(TimeSpan Queued, TimeSpan Prompt, TimeSpan Decode)
{
    /// <summary>From the request to the first token.</summary>
    public TimeSpan TimeToFirstToken => Queued + Prompt;

    /// <summary>From the request to the last token.</summary>
    public TimeSpan Total => Queued + Prompt + Decode;
}
