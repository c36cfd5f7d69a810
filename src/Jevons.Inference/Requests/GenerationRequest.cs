namespace Jevons.Inference;

/// <summary>What an engine is asked for. Engines speak token ids; <see cref="Model.Encode"/> and <see cref="Model.BuildPrompt"/> make them.</summary>
public sealed record GenerationRequest
{
    /// <summary>Token ids of the prompt, at least one and fewer than the context.</summary>
    public required IReadOnlyList<int> Prompt { get; init; }

    /// <summary>How tokens are chosen.</summary>
    public SamplingParams Sampling { get; init; } = new();

    /// <summary>
    /// Answers to generate. The prompt is computed once and its pages are shared; answer i draws with seed + i.
    /// </summary>
    public int Samples { get; init; } = 1;

    /// <summary>False keeps the prompt's pages from being shared with other requests, in both directions.</summary>
    public bool SharePrefix { get; init; } = true;

    /// <summary>False decodes without drafts even where the engine drafts. No token depends on it.</summary>
    public bool Speculate { get; init; } = true;

    /// <summary>
    /// True when the output continues the prompt's text, as in a completion, so that a leading blank is part of it; false when it
    /// stands for itself, as an answer in a chat does.
    /// </summary>
    public bool ContinuesText { get; init; } = true;

    /// <summary>Further steps on the logits, in order (see <see cref="ILogitsProcessor"/>); each answer gets fresh ones.</summary>
    public IReadOnlyList<ILogitsProcessor> Processors { get; init; } = [];

    /// <summary>
    /// MLA only: the forms in which the first prompt tokens were computed in an earlier turn (true: absorbed), so that its pages
    /// can be shared. See <see cref="GenerationResult.Absorbed"/>.
    /// </summary>
    public IReadOnlyList<bool> PromptForms { get; init; } = [];

    /// <summary>Checks the values that need no engine.</summary>
    /// <param name="vocabSize">Vocabulary of the model.</param>
    /// <returns>This record.</returns>
    /// <exception cref="ArgumentException">A value is out of range; the message names it.</exception>
    public GenerationRequest Validate(int vocabSize)
    {
        if (Prompt.Count == 0)
        {
            throw new ArgumentException("the prompt has no token; a model needs at least one to go on from");
        }

        ArgumentOutOfRangeException.ThrowIfLessThan(Samples, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(PromptForms.Count, Prompt.Count);
        for (int i = 0; i < Prompt.Count; i++)
        {
            if ((uint)Prompt[i] >= (uint)vocabSize)
            {
                throw new ArgumentException($"token {i} of the prompt is {Prompt[i]}, the model's vocabulary has ids 0 to {vocabSize - 1}");
            }
        }

        Sampling.Validate(vocabSize);
        return this;
    }
}
