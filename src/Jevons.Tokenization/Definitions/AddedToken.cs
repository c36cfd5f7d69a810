namespace Jevons.Tokenization;

/// <summary>A token that is looked for in the text itself, as <c>added_tokens</c> of tokenizer.json describes it.</summary>
/// <param name="Id">The token's id.</param>
/// <param name="Content">The text that stands for it.</param>
/// <param name="Special">Left out when special tokens are skipped in decoding.</param>
/// <param name="Normalized">Looked for in the normalised text (second scan) instead of the raw text (first scan).</param>
/// <param name="StripLeft">The match also takes white space on its left.</param>
/// <param name="StripRight">The match also takes white space on its right.</param>
/// <param name="SingleWord">Matches only where no word character touches it.</param>
public sealed record AddedToken(
    int Id,
    string Content,
    bool Special,
    bool Normalized = false,
    bool StripLeft = false,
    bool StripRight = false,
    bool SingleWord = false);
