namespace Jevons.Inference;

/// <summary>
/// In which form of multi-head latent attention a sequence's tokens are computed. The two forms round differently, so a
/// token keeps its form for life: a sequence that is recomputed replays each token in the form it had, and cached pages
/// are shared only between equal forms. Models without latent attention use <see cref="Expanded"/> throughout.
/// </summary>
/// <param name="PromptAbsorbed">Prompt tokens run absorbed.</param>
/// <param name="GeneratedAbsorbed">Generated tokens run absorbed.</param>
public readonly record struct SequenceForms(bool PromptAbsorbed, bool GeneratedAbsorbed)
{
    /// <summary>Every token expanded; also the only form of models without latent attention.</summary>
    public static SequenceForms Expanded => new(PromptAbsorbed: false, GeneratedAbsorbed: false);

    /// <summary>Every token absorbed.</summary>
    public static SequenceForms Absorbed => new(PromptAbsorbed: true, GeneratedAbsorbed: true);

    /// <summary>Prompt tokens expanded (many queries share one expansion), generated tokens absorbed (one query, small cache).</summary>
    public static SequenceForms Mixed => new(PromptAbsorbed: false, GeneratedAbsorbed: true);
}
