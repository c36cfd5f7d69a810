namespace Jevons.Inference.Tests;

/// <summary>Leaves one token at every step.</summary>
internal sealed class ForcedTokens(int[] forced) : ILogitsProcessor
{
    public void Process(ReadOnlySpan<int> tokens, int promptLength, Span<float> logits)
    {
        int wanted = forced[tokens.Length - promptLength];
        for (int i = 0; i < logits.Length; i++)
        {
            logits[i] = i == wanted ? logits[i] : float.NegativeInfinity;
        }
    }

    public ILogitsProcessor Fresh() => this;
}
