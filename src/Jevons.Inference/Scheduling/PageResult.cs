namespace Jevons.Inference;

/// <summary>What came of asking for pages.</summary>
public enum PageResult
{
    /// <summary>The pages belong to the sequence now.</summary>
    Granted,

    /// <summary>Too few pages are free; nothing was changed.</summary>
    OutOfPages,
}
