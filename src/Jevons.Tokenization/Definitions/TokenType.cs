namespace Jevons.Tokenization;

/// <summary>What a vocabulary entry is; the numbers are those of <c>tokenizer.ggml.token_type</c> and of SentencePiece.</summary>
public enum TokenType
{
    /// <summary>Not said.</summary>
    Undefined = 0,

    /// <summary>An ordinary piece that merging produces.</summary>
    Normal = 1,

    /// <summary>Stands for text that the vocabulary cannot write.</summary>
    Unknown = 2,

    /// <summary>Structure (begin, end, role, fill-in-the-middle): never comes from user text and is not shown.</summary>
    Control = 3,

    /// <summary>Added text that is found before anything else and is never merged.</summary>
    UserDefined = 4,

    /// <summary>A place holder; in SentencePiece a piece that may be merged through, but not be emitted.</summary>
    Unused = 5,

    /// <summary>One byte, written <c>&lt;0xHH&gt;</c>.</summary>
    Byte = 6,
}
