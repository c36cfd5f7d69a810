namespace Jevons.Inference;

/// <summary>A prompt that leaves no room in the context. Nothing is truncated in silence.</summary>
/// <param name="promptTokens">Tokens of the prompt.</param>
/// <param name="contextLength">Positions that the engine has for a sequence.</param>
public sealed class ContextLengthException(int promptTokens, int contextLength) : ArgumentException(
    $"the prompt has {promptTokens} tokens and the context holds {contextLength}, one of which an answer needs at least; shorten the prompt or use a longer context")
{
    /// <summary>Tokens of the prompt.</summary>
    public int PromptTokens { get; } = promptTokens;

    /// <summary>Positions that the engine has for a sequence.</summary>
    public int ContextLength { get; } = contextLength;
}
