namespace Jevons.Kernels;

/// <summary>Which rows of a chunk are to get logits.</summary>
public enum BatchOutputs
{
    /// <summary>None: a prompt piece before the last.</summary>
    None,

    /// <summary>The last token's.</summary>
    Last,

    /// <summary>Every token's: scoring, verification of drafts.</summary>
    All,
}
