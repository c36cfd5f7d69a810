namespace Jevons.Inference;

/// <summary>
/// A step that edits a sequence's logits before a token is chosen: masks of a grammar, control of thinking, bans. This is
/// an extension point: processors are composed per sequence and run after logit bias, penalties and DRY, in the order given,
/// and before selection (from top-n-sigma to the draw; see <see cref="SamplingParams"/>). A processor sees one sequence only and is called by one
/// thread; it may keep state, which must depend on that sequence's tokens alone. Setting a logit to negative infinity bans
/// the token; leaving one finite logit forces it.
/// </summary>
public interface ILogitsProcessor
{
    /// <summary>Edits the logits of the next token in place.</summary>
    /// <param name="tokens">All known tokens, prompt first.</param>
    /// <param name="promptLength">Tokens of the prompt.</param>
    /// <param name="logits">One value a vocabulary entry.</param>
    void Process(ReadOnlySpan<int> tokens, int promptLength, Span<float> logits);

    /// <summary>A processor in its starting state, for another answer to the same prompt.</summary>
    /// <returns>An independent processor, or this one when it keeps no state.</returns>
    ILogitsProcessor Fresh();
}
