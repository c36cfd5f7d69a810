namespace Jevons.Inference;

/// <summary>Why a sequence ended.</summary>
public enum FinishReason
{
    /// <summary>It has not ended.</summary>
    None,

    /// <summary>The model chose a stop token, or a stop string appeared.</summary>
    Stop,

    /// <summary>The asked-for number of tokens was generated.</summary>
    Length,

    /// <summary>The context has no position left.</summary>
    ContextFull,

    /// <summary>The caller withdrew the request.</summary>
    Cancelled,

    /// <summary>The model or a processor failed; the exception tells more.</summary>
    Error,
}
