namespace Jevons.Tokenization;

/// <summary>The algorithm that turns pieces of text into token ids.</summary>
public enum TokenizerKind
{
    /// <summary>
    /// Byte-level BPE (GPT-2, Llama 3, Qwen, DeepSeek; <c>tokenizer.ggml.model</c> "gpt2"): a pre-tokenizer cuts the text into
    /// pieces, whose UTF-8 bytes are merged by rank.
    /// </summary>
    ByteLevelBpe,

    /// <summary>
    /// SentencePiece BPE (Llama 2, TinyLlama; <c>tokenizer.ggml.model</c> "llama"): code points of the whole text, blanks
    /// written as U+2581, are merged by score (or by rank where the source is a tokenizer.json).
    /// </summary>
    SentencePieceBpe,
}
