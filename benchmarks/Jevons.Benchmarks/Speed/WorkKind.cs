namespace Jevons.Benchmarks;

/// <summary>What of a piece of work is timed.</summary>
internal enum WorkKind
{
    /// <summary>The prompt, to its last token's logits.</summary>
    Prompt,

    /// <summary>The decode steps.</summary>
    Decode,

    /// <summary>Prompt and decode steps together.</summary>
    Total,

    /// <summary>Opening the model, prompt and first token, in a process of its own.</summary>
    FirstToken,
}
