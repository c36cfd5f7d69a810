namespace Jevons.Inference;

/// <summary>
/// How tokens are chosen. Order of the steps: logit bias, penalties, the request's own processors, top-k, top-p, min-p,
/// temperature, draw (llama.cpp's order). Validated once, when a request is accepted.
/// </summary>
public sealed record SamplingParams
{
    /// <summary>Divides the logits before the draw; 0 chooses the most probable token (the lowest id on ties).</summary>
    public float Temperature { get; init; } = 1f;

    /// <summary>Keeps the k most probable tokens; 0 keeps all.</summary>
    public int TopK { get; init; }

    /// <summary>Keeps the fewest tokens whose probabilities sum to at least this; 1 keeps all.</summary>
    public float TopP { get; init; } = 1f;

    /// <summary>Keeps tokens at least this share as probable as the most probable one; 0 keeps all.</summary>
    public float MinP { get; init; }

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
        Check(RepetitionPenalty is > 0 and <= 1000, nameof(RepetitionPenalty), RepetitionPenalty, "above 0 and at most 1000");
        Check(MathF.Abs(PresencePenalty) <= 1000, nameof(PresencePenalty), PresencePenalty, "between -1000 and 1000");
        Check(MathF.Abs(FrequencyPenalty) <= 1000, nameof(FrequencyPenalty), FrequencyPenalty, "between -1000 and 1000");
        Check(PenaltyWindow is null or >= 0, nameof(PenaltyWindow), PenaltyWindow, "at least 0");
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

    private static void Check(bool holds, string name, object? value, string expected)
    {
        if (!holds)
        {
            throw new ArgumentOutOfRangeException(name, value, $"{name} must be {expected}");
        }
    }
}
