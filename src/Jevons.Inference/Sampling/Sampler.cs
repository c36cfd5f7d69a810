using Jevons.Numerics;

namespace Jevons.Inference;

/// <summary>
/// Chooses the tokens of one sequence. Its draws come from its own generator, one number a token and one before it while XTC
/// is on, so that equal seeds and equal logits give equal tokens whoever shares the batch. Choosing allocates nothing. Not thread-safe: samplers of one
/// loop share a workspace.
/// </summary>
public sealed class Sampler
{
    private readonly SamplerWorkspace _workspace;
    private readonly ILogitsProcessor[] _processors;
    private readonly IReadOnlyList<ILogitsProcessor> _own;
    private readonly SeededRandom _random;
    private readonly TokenLogProb[] _top;

    /// <summary>Composes the steps that the parameters ask for.</summary>
    /// <param name="parameters">How to choose; validated here.</param>
    /// <param name="seed">Seed of the draws, used when the parameters name none.</param>
    /// <param name="workspace">Scratch, shared by the samplers of one loop.</param>
    /// <param name="processors">The request's own steps, in order; they belong to this sampler.</param>
    /// <exception cref="ArgumentException">A value is out of range, or DRY has breakers and the workspace no tokenizer.</exception>
    public Sampler(SamplingParams parameters, ulong seed, SamplerWorkspace workspace, IReadOnlyList<ILogitsProcessor>? processors = null)
    {
        Params = parameters.Validate(workspace.VocabSize);
        Seed = parameters.Seed ?? seed;
        _workspace = workspace;
        _own = processors ?? [];
        _random = new SeededRandom(Seed);
        _top = new TokenLogProb[parameters.TopLogProbs];
        _processors = Compose(parameters, workspace, _own);
    }

    /// <summary>The parameters.</summary>
    public SamplingParams Params { get; }

    /// <summary>The seed in use.</summary>
    public ulong Seed { get; }

    /// <summary>The most probable tokens of the last position, descending; empty when not asked for.</summary>
    public ReadOnlySpan<TokenLogProb> TopLogProbs => _top;

    /// <summary>Chooses the next token.</summary>
    /// <param name="logits">The model's logits; they are not changed.</param>
    /// <param name="tokens">All known tokens, prompt first.</param>
    /// <param name="promptLength">Tokens of the prompt.</param>
    /// <returns>The token and, if asked for, its log-probability.</returns>
    /// <exception cref="ArithmeticException">Nothing can be chosen: the logits are not numbers or every token is banned.</exception>
    public SampledToken Sample(ReadOnlySpan<float> logits, ReadOnlySpan<int> tokens, int promptLength)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(logits.Length, _workspace.VocabSize, nameof(logits));
        int token = _processors.Length == 0 && Params.Temperature == 0 ? Greedy.Choose(logits) : Choose(logits, tokens, promptLength);
        if (!Params.LogProbs && _top.Length == 0)
        {
            return new SampledToken(token, float.NaN);
        }

        double logSum = Inference.LogProbs.LogSumExp(logits, _workspace.Context);
        Inference.LogProbs.Top(logits, logSum, _top);
        return new SampledToken(token, (float)(logits[token] - logSum));
    }

    /// <summary>Makes room for a sequence's length, so that choosing allocates nothing later.</summary>
    /// <param name="tokens">Tokens of the sequence at most.</param>
    internal void Reserve(int tokens)
    {
        if (UsesDry(Params))
        {
            _workspace.Matches(Math.Min(tokens, Params.DryWindow ?? int.MaxValue));
        }
    }

    private static bool UsesDry(SamplingParams parameters) => parameters.DryMultiplier > 0 && parameters.DryWindow != 0;

    private static ILogitsProcessor[] Compose(
        SamplingParams parameters, SamplerWorkspace workspace, IReadOnlyList<ILogitsProcessor> own)
    {
        List<ILogitsProcessor> steps = [];
        if (parameters.LogitBias is { Count: > 0 } bias)
        {
            steps.Add(new LogitBias(bias));
        }

        bool penalizes = parameters.RepetitionPenalty != 1 || parameters.PresencePenalty != 0 || parameters.FrequencyPenalty != 0;
        if (penalizes && parameters.PenaltyWindow != 0)
        {
            steps.Add(new Penalties(
                parameters.RepetitionPenalty,
                parameters.PresencePenalty,
                parameters.FrequencyPenalty,
                parameters.PenaltyWindow ?? int.MaxValue,
                workspace.Counts));
        }

        if (UsesDry(parameters))
        {
            steps.Add(new DryPenalty(
                parameters.DryMultiplier,
                parameters.DryBase,
                parameters.DryAllowedLength,
                parameters.DryWindow ?? int.MaxValue,
                workspace.Breakers(parameters.DrySequenceBreakers),
                workspace));
        }

        steps.AddRange(own);
        return [.. steps];
    }

    private int Choose(ReadOnlySpan<float> logits, ReadOnlySpan<int> tokens, int promptLength)
    {
        Candidates candidates = _workspace.Candidates;
        candidates.Load(logits);
        foreach (ILogitsProcessor processor in _processors)
        {
            processor.Process(tokens, promptLength, candidates.Logits);
        }

        if (Params.Temperature == 0)
        {
            return Greedy.Choose(candidates.Logits);
        }

        candidates.Begin();
        candidates.TopNSigma(Params.TopNSigma);
        candidates.TopK(Params.TopK);
        candidates.Typical(Params.TypicalP);
        candidates.TopP(Params.TopP);
        candidates.MinP(Params.MinP);
        candidates.Xtc(Params.XtcProbability, Params.XtcThreshold, _random);
        candidates.Temperature(Params.Temperature);
        return candidates.Draw(_random);
    }
}
