using System.Text;

namespace Jevons.Inference;

/// <summary>The edge between the loop and a reader: tokens come in, parts and events go out.</summary>
internal sealed class GenerationSink(int sample, Generation generation, OutputParser? parser, TimeProvider clock, bool reportsForms) : ITokenSink
{
    private readonly long _created = clock.GetTimestamp();
    private readonly StringBuilder _answer = new();
    private readonly StringBuilder _thinking = new();
    private readonly List<PartDelta> _deltas = [];
    private readonly List<TokenScore> _scores = [];
    private List<int> _newTokens = [];
    private List<TokenScore> _newScores = [];
    private long? _started;
    private long? _firstToken;
    private long? _lastToken;

    public void OnScheduled(Sequence sequence) => _started ??= clock.GetTimestamp();

    public void OnPrompt(Sequence sequence)
    {
        _started ??= clock.GetTimestamp();
        generation.Publish(new PromptProgressEvent(
            sample, Math.Min(sequence.Computed, sequence.PromptLength), sequence.PromptLength, sequence.CachedTokens));
    }

    public TokenVerdict OnToken(Sequence sequence, SampledToken token, bool isStop)
    {
        _lastToken = clock.GetTimestamp();
        _firstToken ??= _lastToken;
        _newTokens.Add(token.Token);
        if (!float.IsNaN(token.LogProb))
        {
            TokenScore score = new(token.Token, token.LogProb, sequence.Sampler.TopLogProbs.ToArray());
            _scores.Add(score);
            _newScores.Add(score);
        }

        if (isStop)
        {
            return TokenVerdict.Continue;
        }

        if (parser is null)
        {
            Publish(PartKind.Answer, "");
            return TokenVerdict.Continue;
        }

        TokenVerdict verdict = parser.Push(token.Token, _deltas);
        PublishDeltas();
        return verdict;
    }

    public void OnFinished(Sequence sequence, Exception? error)
    {
        parser?.Finish(_deltas);
        PublishDeltas();
        if (_newTokens.Count > 0)
        {
            Publish(parser is { IsThinking: true } ? PartKind.Thinking : PartKind.Answer, "");
        }

        generation.Finish(new FinishedEvent(sample, new GenerationResult
        {
            Sample = sample,
            Tokens = sequence.Tokens[sequence.PromptLength..].ToArray(),
            Text = _answer.ToString(),
            Thinking = _thinking.ToString(),
            IsStillThinking = parser is { IsThinking: true },
            FinishReason = sequence.FinishReason,
            StopString = parser?.StopString,
            Error = error,
            Usage = new GenerationUsage(
                sequence.PromptLength, sequence.CachedTokens, sequence.Generated, parser?.ReasoningTokens ?? 0, sequence.Speculation),
            Timings = Timings(),
            Seed = sequence.Sampler.Seed,
            Scores = _scores,
            Absorbed = reportsForms ? Forms(sequence) : [],
        }));
    }

    private static bool[] Forms(Sequence sequence)
    {
        bool[] forms = new bool[sequence.Length];
        for (int i = 0; i < forms.Length; i++)
        {
            forms[i] = sequence.IsAbsorbed(i);
        }

        return forms;
    }

    private GenerationTimings Timings()
    {
        long end = clock.GetTimestamp();
        long started = _started ?? end;
        long first = _firstToken ?? end;
        return new GenerationTimings(
            clock.GetElapsedTime(_created, started), clock.GetElapsedTime(started, first), clock.GetElapsedTime(first, _lastToken ?? first));
    }

    private void PublishDeltas()
    {
        foreach (PartDelta delta in _deltas)
        {
            if (delta.MovesAnswerToThinking)
            {
                _thinking.Append(_answer.ToString().TrimEnd('\r', '\n'));
                _answer.Clear();
                generation.Publish(new ReclassifiedEvent(sample));
                continue;
            }

            (delta.Kind == PartKind.Thinking ? _thinking : _answer).Append(delta.Text);
            Publish(delta.Kind, delta.Text);
        }

        _deltas.Clear();
    }

    private void Publish(PartKind kind, string text)
    {
        generation.Publish(new TextEvent(sample, kind, text, _newTokens, _newScores));
        _newTokens = [];
        _newScores = [];
    }
}
