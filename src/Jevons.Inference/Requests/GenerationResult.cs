namespace Jevons.Inference;

/// <summary>One whole answer.</summary>
public sealed record GenerationResult
{
    /// <summary>Index of the answer, 0 unless several were asked for.</summary>
    public required int Sample { get; init; }

    /// <summary>The generated tokens, a stop token included.</summary>
    public required IReadOnlyList<int> Tokens { get; init; }

    /// <summary>The answer's text, without thinking.</summary>
    public required string Text { get; init; }

    /// <summary>The thinking's text, empty when there was none.</summary>
    public required string Thinking { get; init; }

    /// <summary>True when thinking was opened and never closed, so that the answer is empty.</summary>
    public required bool IsStillThinking { get; init; }

    /// <summary>Why it ended.</summary>
    public required FinishReason FinishReason { get; init; }

    /// <summary>The stop string that ended it, or null.</summary>
    public string? StopString { get; init; }

    /// <summary>The failure behind FinishReason.Error, else null.</summary>
    public Exception? Error { get; init; }

    /// <summary>Tokens.</summary>
    public required GenerationUsage Usage { get; init; }

    /// <summary>Times.</summary>
    public required GenerationTimings Timings { get; init; }

    /// <summary>The seed of its draws; the same request with this seed gives the same tokens.</summary>
    public required ulong Seed { get; init; }

    /// <summary>Log-probabilities of the tokens, when asked for, else empty.</summary>
    public IReadOnlyList<TokenScore> Scores { get; init; } = [];

    /// <summary>
    /// MLA only: for each prompt and generated token whether it runs absorbed; empty for models without two forms. A next turn
    /// that begins with the same tokens passes them on as <see cref="GenerationRequest.PromptForms"/>.
    /// </summary>
    public IReadOnlyList<bool> Absorbed { get; init; } = [];
}
