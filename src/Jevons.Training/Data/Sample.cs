using Jevons.Inference;

namespace Jevons.Training;

/// <summary>One line of training data, before it is tokens.</summary>
/// <param name="Source">File and line, for messages.</param>
public abstract record Sample(string Source)
{
    /// <summary>Text that stands for itself: every token counts.</summary>
    /// <param name="Source">File and line.</param>
    /// <param name="Text">The text.</param>
    public sealed record Plain(string Source, string Text) : Sample(Source);

    /// <summary>A prompt and what follows it, both raw text: only what follows counts.</summary>
    /// <param name="Source">File and line.</param>
    /// <param name="Prompt">The prompt.</param>
    /// <param name="Text">What follows.</param>
    public sealed record Completion(string Source, string Prompt, string Text) : Sample(Source);

    /// <summary>A conversation: the assistant's turns count, their thinking included.</summary>
    /// <param name="Source">File and line.</param>
    /// <param name="Turns">The turns, at least one of them the assistant's; its content may begin with its thinking.</param>
    public sealed record Chat(string Source, IReadOnlyList<ChatTurn> Turns) : Sample(Source);
}
