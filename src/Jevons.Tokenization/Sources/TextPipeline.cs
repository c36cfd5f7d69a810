namespace Jevons.Tokenization;

/// <summary>What a tokenizer.json's normalizer and pre_tokenizer amount to.</summary>
/// <param name="Kind">The algorithm.</param>
/// <param name="PreTokenizer">The pre-tokenizer's name.</param>
/// <param name="Normalizer">The rewriting.</param>
/// <param name="SpacePrefix">Where a blank goes before text.</param>
/// <param name="OnlyIfMissing">Only before text that does not start with one.</param>
/// <param name="EscapesAfterAddedTokens">Blanks are escaped by the pre-tokenizer, not by the normaliser.</param>
internal sealed record TextPipeline(
    TokenizerKind Kind,
    string PreTokenizer,
    TextNormalizer Normalizer = TextNormalizer.None,
    SpacePrefix SpacePrefix = SpacePrefix.None,
    bool OnlyIfMissing = false,
    bool EscapesAfterAddedTokens = false);
