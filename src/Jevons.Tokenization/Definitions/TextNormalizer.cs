namespace Jevons.Tokenization;

/// <summary>How text is rewritten before it is cut into pieces.</summary>
public enum TextNormalizer
{
    /// <summary>Not at all.</summary>
    None,

    /// <summary>Unicode normalisation form C (Qwen's tokenizer.json).</summary>
    Nfc,

    /// <summary>SentencePiece's precompiled character map (<see cref="TokenizerDefinition.CharsMap"/>), such as nmt_nfkc.</summary>
    CharsMap,
}
