namespace Jevons.Tokenization;

/// <summary>Whose rules hold where the reference implementations differ; it follows from the kind of file that was read.</summary>
public enum TokenizerDialect
{
    /// <summary>
    /// tokenizer.json: added tokens are found in one leftmost-longest scan of the raw text, then a second one of the
    /// normalised rest; a byte without symbol is dropped before merging.
    /// </summary>
    HuggingFace,

    /// <summary>
    /// GGUF: of control, user-defined and unknown tokens the longest is cut out everywhere before the next is looked for; a
    /// symbol outside the vocabulary is dropped after merging.
    /// </summary>
    LlamaCpp,

    /// <summary>A SentencePiece model: user-defined pieces are atoms of the normalised text; runs of unknown pieces are one.</summary>
    SentencePiece,
}
