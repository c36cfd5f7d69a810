namespace Jevons.Inference.Tests;

internal sealed class RecordingSink : ITokenSink
{
    public List<int> Tokens { get; } = [];

    public List<float> LogProbs { get; } = [];

    public int PromptCalls { get; private set; }

    public int Finishes { get; private set; }

    public FinishReason Reason { get; private set; }

    public Exception? Error { get; private set; }

    public Func<Sequence, SampledToken, TokenVerdict>? OnEach { get; init; }

    public void OnPrompt(Sequence sequence) => PromptCalls++;

    public TokenVerdict OnToken(Sequence sequence, SampledToken token, bool isStop)
    {
        Tokens.Add(token.Token);
        LogProbs.Add(token.LogProb);
        return OnEach?.Invoke(sequence, token) ?? TokenVerdict.Continue;
    }

    public void OnFinished(Sequence sequence, Exception? error)
    {
        Finishes++;
        Reason = sequence.FinishReason;
        Error = error;
    }
}
