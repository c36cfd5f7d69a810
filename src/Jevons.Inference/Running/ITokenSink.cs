namespace Jevons.Inference;

/// <summary>
/// Where a sequence's tokens go; called on the loop's thread, between passes. An implementation that only counts keeps the
/// loop free of allocation; text, parts and channels live behind this edge.
/// </summary>
public interface ITokenSink
{
    /// <summary>A pass with tokens of the sequence's prompt is about to be computed. Must not throw.</summary>
    /// <param name="sequence">The sequence.</param>
    void OnScheduled(Sequence sequence)
    {
    }

    /// <summary>More of the prompt has been computed.</summary>
    /// <param name="sequence">The sequence.</param>
    void OnPrompt(Sequence sequence);

    /// <summary>A token was chosen; it is the last of the sequence's tokens.</summary>
    /// <param name="sequence">The sequence.</param>
    /// <param name="token">The token.</param>
    /// <param name="isStop">True when it is a stop token, which ends the sequence and is no part of its text.</param>
    /// <returns>Whether the sequence goes on; Stop for example because a stop string is complete.</returns>
    TokenVerdict OnToken(Sequence sequence, SampledToken token, bool isStop);

    /// <summary>The sequence has ended; called once.</summary>
    /// <param name="sequence">The sequence; its FinishReason tells why.</param>
    /// <param name="error">The failure behind FinishReason.Error, else null.</param>
    void OnFinished(Sequence sequence, Exception? error);
}
