namespace Jevons.Inference;

/// <summary>
/// Repetition, presence and frequency penalties over the last tokens, as llama.cpp applies them: a token that occurs c
/// times in the window gets l = l &gt; 0 ? l / repetition : l * repetition, then l - c * frequency - presence. <c>counts</c> is
/// scratch of a zero per vocabulary entry, left zero.
/// </summary>
internal sealed class Penalties(float repetition, float presence, float frequency, int window, int[] counts) : ILogitsProcessor
{
    public void Process(ReadOnlySpan<int> tokens, int promptLength, Span<float> logits)
    {
        ReadOnlySpan<int> last = tokens.Length > window ? tokens[^window..] : tokens;
        foreach (int token in last)
        {
            counts[token]++;
        }

        foreach (int token in last)
        {
            int count = counts[token];
            if (count == 0)
            {
                continue;
            }

            counts[token] = 0;
            float logit = logits[token];
            logit = logit > 0 ? logit / repetition : logit * repetition;
            logits[token] = logit - ((count * frequency) + presence);
        }
    }

    public ILogitsProcessor Fresh() => this;
}
