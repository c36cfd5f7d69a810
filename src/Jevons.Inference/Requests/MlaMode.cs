namespace Jevons.Inference;

/// <summary>Which form of multi-head latent attention computes which tokens; other models ignore it.</summary>
public enum MlaMode
{
    /// <summary>Prompt tokens expanded, generated tokens absorbed.</summary>
    Auto,

    /// <summary>All tokens expanded: keys and values of every head are restored from the latent rows.</summary>
    Expanded,

    /// <summary>All tokens absorbed: queries and outputs are moved into the latent space.</summary>
    Absorbed,
}
