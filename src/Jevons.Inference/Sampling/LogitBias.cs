namespace Jevons.Inference;

/// <summary>Adds a constant to single logits. Keeps no state.</summary>
internal sealed class LogitBias : ILogitsProcessor
{
    private readonly int[] _tokens;
    private readonly float[] _biases;

    public LogitBias(IReadOnlyDictionary<int, float> biases)
    {
        _tokens = [.. biases.Keys.Order()];
        _biases = [.. _tokens.Select(token => biases[token])];
    }

    public void Process(ReadOnlySpan<int> tokens, int promptLength, Span<float> logits)
    {
        for (int i = 0; i < _tokens.Length; i++)
        {
            logits[_tokens[i]] += _biases[i];
        }
    }

    public ILogitsProcessor Fresh() => this;
}
