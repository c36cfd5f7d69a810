namespace Jevons.Tokenization;

/// <summary>Where a SentencePiece tokenizer puts a blank before text, so that a first word looks like any other.</summary>
public enum SpacePrefix
{
    /// <summary>Nowhere.</summary>
    None,

    /// <summary>Once, if the text starts with ordinary text (Metaspace "first").</summary>
    Text,

    /// <summary>Before every stretch of ordinary text: at the start and after each added token.</summary>
    Fragment,
}
