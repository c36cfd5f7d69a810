namespace Jevons.Inference;

/// <summary>
/// How tokens are chosen. Order of the steps: logit bias, penalties, DRY, the request's own processors, top-n-sigma, top-k,
/// typical, top-p, min-p, XTC, temperature, draw (llama.cpp's default order). Steps left at their defaults change no bit of
/// the others. At a temperature of 0 the steps that select (from top-n-sigma to XTC) do nothing. Validated once, when a
/// request is accepted.
/// </summary>
public sealed record SamplingParams
{
    private static readonly IReadOnlyList<string> s_breakers = ["\n", ":", "\"", "*"];

    /// <summary>Divides the logits before the draw; 0 chooses the most probable token (the lowest id on ties).</summary>
    public float Temperature { get; init; } = 1f;

    /// <summary>Keeps the k most probable tokens; 0 keeps all.</summary>
    public int TopK { get; init; }

    /// <summary>Keeps the fewest tokens whose probabilities sum to at least this; 1 keeps all.</summary>
    public float TopP { get; init; } = 1f;

    /// <summary>Keeps tokens at least this share as probable as the most probable one; 0 keeps all.</summary>
    public float MinP { get; init; }

    /// <summary>
    /// Keeps tokens whose logit is at most this many standard deviations of all logits below the largest (arXiv 2411.07641);
    /// 0 keeps all.
    /// </summary>
    public float TopNSigma { get; init; }

    /// <summary>
    /// Keeps the fewest tokens whose probabilities sum to at least this, those first whose surprise is nearest to the expected
    /// one (locally typical sampling, arXiv 2202.00666); 1 keeps all.
    /// </summary>
    public float TypicalP { get; init; } = 1f;

    /// <summary>
    /// Chance, at each token, that XTC removes every token of at least <see cref="XtcThreshold"/> except the least probable of
    /// these; 0 never does. While it is on, each token takes one number more of the generator.
    /// </summary>
    public float XtcProbability { get; init; }

    /// <summary>The probability from which XTC counts a token as a top choice; above 0.5 it does nothing.</summary>
    public float XtcThreshold { get; init; } = 0.1f;

    /// <summary>
    /// DRY: a token that would lengthen a repetition of n tokens to n + 1 loses this times <see cref="DryBase"/> to the power
    /// of n - <see cref="DryAllowedLength"/> of its logit; 0 does nothing. Work: linear in the window at each token.
    /// </summary>
    public float DryMultiplier { get; init; }

    /// <summary>How fast DRY's penalty grows with each token that is repeated.</summary>
    public float DryBase { get; init; } = 1.75f;

    /// <summary>Repetitions shorter than this cost nothing under DRY.</summary>
    public int DryAllowedLength { get; init; } = 2;

    /// <summary>Last tokens, prompt included, in which DRY looks for repetitions; null looks at all, 0 at none.</summary>
    public int? DryWindow { get; init; }

    /// <summary>
    /// Texts that no repetition reaches across under DRY, at most 40 characters each: tokens up to the last one are not counted,
    /// and tokens that contain one are never penalised.
    /// </summary>
    public IReadOnlyList<string> DrySequenceBreakers { get; init; } = s_breakers;

    /// <summary>
    /// Divides the positive and multiplies the other logits of tokens inside the window (CTRL, arXiv 1909.05858); 1 does nothing.
    /// </summary>
    public float RepetitionPenalty { get; init; } = 1f;

    /// <summary>Subtracted once from the logit of every token inside the window; 0 does nothing.</summary>
    public float PresencePenalty { get; init; }

    /// <summary>Subtracted from a token's logit for each of its occurrences inside the window; 0 does nothing.</summary>
    public float FrequencyPenalty { get; init; }

    /// <summary>Last tokens, prompt included, that the penalties look at; null looks at all, 0 at none.</summary>
    public int? PenaltyWindow { get; init; } = 64;

    /// <summary>Added to single logits, by token id; negative infinity bans a token.</summary>
    public IReadOnlyDictionary<int, float>? LogitBias { get; init; }

    /// <summary>Seed of this request's draws; null lets the engine choose one (reported in the result).</summary>
    public ulong? Seed { get; init; }

    /// <summary>Tokens to generate at most; null generates until the context is full.</summary>
    public int? MaxTokens { get; init; }

    /// <summary>Strings that end the answer; they are cut off. Thinking is not searched.</summary>
    public IReadOnlyList<string> Stop { get; init; } = [];

    /// <summary>Goes on after stop tokens.</summary>
    public bool IgnoreEos { get; init; }

    /// <summary>Reports the chosen tokens' log-probabilities.</summary>
    public bool LogProbs { get; init; }

    /// <summary>Reports this many of the most probable tokens at each position, 0 to 20.</summary>
    public int TopLogProbs { get; init; }

    /// <summary>The most probable token at every step.</summary>
    public static SamplingParams Greedy { get; } = new() { Temperature = 0 };

    /// <summary>Checks every value once.</summary>
    /// <param name="vocabSize">Vocabulary of the model, for token ids.</param>
    /// <returns>This record.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A value is out of range; the message names it.</exception>
    public SamplingParams Validate(int vocabSize)
    {
        Check(Temperature is >= 0 and <= 100, nameof(Temperature), Temperature, "between 0 and 100");
        Check(TopK >= 0, nameof(TopK), TopK, "at least 0");
        Check(TopP is > 0 and <= 1, nameof(TopP), TopP, "above 0 and at most 1");
        Check(MinP is >= 0 and <= 1, nameof(MinP), MinP, "between 0 and 1");
        Check(TopNSigma is >= 0 and <= 1000, nameof(TopNSigma), TopNSigma, "between 0 and 1000");
        Check(TypicalP is > 0 and <= 1, nameof(TypicalP), TypicalP, "above 0 and at most 1");
        Check(XtcProbability is >= 0 and <= 1, nameof(XtcProbability), XtcProbability, "between 0 and 1");
        Check(XtcThreshold is > 0 and <= 1, nameof(XtcThreshold), XtcThreshold, "above 0 and at most 1");
        Check(RepetitionPenalty is > 0 and <= 1000, nameof(RepetitionPenalty), RepetitionPenalty, "above 0 and at most 1000");
        Check(MathF.Abs(PresencePenalty) <= 1000, nameof(PresencePenalty), PresencePenalty, "between -1000 and 1000");
        Check(MathF.Abs(FrequencyPenalty) <= 1000, nameof(FrequencyPenalty), FrequencyPenalty, "between -1000 and 1000");
        Check(PenaltyWindow is null or >= 0, nameof(PenaltyWindow), PenaltyWindow, "at least 0");
        ValidateDry();
        Check(MaxTokens is null or > 0, nameof(MaxTokens), MaxTokens, "at least 1");
        Check(TopLogProbs is >= 0 and <= 20, nameof(TopLogProbs), TopLogProbs, "between 0 and 20");
        foreach ((int token, float bias) in LogitBias ?? new Dictionary<int, float>())
        {
            Check((uint)token < (uint)vocabSize, nameof(LogitBias), token, $"a token id below {vocabSize}");
            Check(!float.IsNaN(bias) && !float.IsPositiveInfinity(bias), nameof(LogitBias), bias, "a number or negative infinity");
        }

        foreach (string stop in Stop)
        {
            Check(!string.IsNullOrEmpty(stop), nameof(Stop), stop, "strings that are not empty");
        }

        return this;
    }

    private void ValidateDry()
    {
        Check(DryMultiplier is >= 0 and <= 1000, nameof(DryMultiplier), DryMultiplier, "between 0 and 1000");
        Check(DryBase is >= 1 and <= 1000, nameof(DryBase), DryBase, "between 1 and 1000");
        Check(DryAllowedLength >= 1, nameof(DryAllowedLength), DryAllowedLength, "at least 1");
        Check(DryWindow is null or >= 0, nameof(DryWindow), DryWindow, "at least 0");
        foreach (string text in DrySequenceBreakers)
        {
            Check(text is { Length: > 0 and <= 40 }, nameof(DrySequenceBreakers), text, "texts of 1 to 40 characters");
        }
    }

    private static void Check(bool holds, string name, object? value, string expected)
    {
        if (!holds)
        {
            throw new ArgumentOutOfRangeException(name, value, $"{name} must be {expected}");
        }
    }
}
