namespace Jevons.Tokenization;

/// <summary>
/// A tokenizer as its file describes it, in plain values: everything that <see cref="Tokenizer"/> needs, and everything that
/// GGUF metadata holds. Read one with <see cref="TokenizerJson"/> or <see cref="SentencePieceModel"/>, or make one of GGUF
/// values with <see cref="FromGguf"/>. Immutable by convention: lists are not copied and must not change afterwards.
/// </summary>
public sealed partial record TokenizerDefinition
{
    /// <summary>The algorithm.</summary>
    public required TokenizerKind Kind { get; init; }

    /// <summary>Whose rules hold where the references differ.</summary>
    public required TokenizerDialect Dialect { get; init; }

    /// <summary>The pre-tokenizer's name as <c>tokenizer.ggml.pre</c> spells it; "default" for SentencePiece.</summary>
    public string PreTokenizer { get; init; } = "default";

    /// <summary>The text of each token as the vocabulary writes it (byte alphabet, U+2581 for blanks); the index is the id.</summary>
    public required IReadOnlyList<string> Tokens { get; init; }

    /// <summary>The type of each token, as many as <see cref="Tokens"/>.</summary>
    public required IReadOnlyList<TokenType> TokenTypes { get; init; }

    /// <summary>The score of each token (SentencePiece: the higher merges first), or empty.</summary>
    public IReadOnlyList<float> Scores { get; init; } = [];

    /// <summary>The merges by rank, or empty where scores decide.</summary>
    public IReadOnlyList<MergePair> Merges { get; init; } = [];

    /// <summary>The added tokens of a tokenizer.json; empty for other files, whose token types say the same.</summary>
    public IReadOnlyList<AddedToken> AddedTokens { get; init; } = [];

    /// <summary>How text is rewritten first.</summary>
    public TextNormalizer Normalizer { get; init; }

    /// <summary>SentencePiece's precompiled character map, or empty.</summary>
    public ReadOnlyMemory<byte> CharsMap { get; init; }

    /// <summary>Where a blank is put before text.</summary>
    public SpacePrefix SpacePrefix { get; init; }

    /// <summary>True where the blank is put only before text that does not start with one (Metaspace).</summary>
    public bool SpacePrefixOnlyIfMissing { get; init; }

    /// <summary>
    /// What tokenizer_config.json says as add_prefix_space, which has no effect on a byte-level vocabulary; null if nothing.
    /// </summary>
    public bool? StatedSpacePrefix { get; init; }

    /// <summary>
    /// True where blanks are rewritten as U+2581 after normalised added tokens were cut out (the pre-tokenizer Metaspace), not
    /// before (a normaliser).
    /// </summary>
    public bool EscapesAfterAddedTokens { get; init; }

    /// <summary>True where runs of blanks collapse and blanks at both ends are removed.</summary>
    public bool RemoveExtraWhitespaces { get; init; }

    /// <summary>True where a piece that is a vocabulary entry is that token without any merging (Llama 3).</summary>
    public bool IgnoreMerges { get; init; }

    /// <summary>True where a code point outside the vocabulary becomes its <c>&lt;0xHH&gt;</c> bytes.</summary>
    public bool ByteFallback { get; init; }

    /// <summary>True where neighbouring unknown symbols become one unknown token.</summary>
    public bool FuseUnknown { get; init; }

    /// <summary>The token that merging writes for an unknown symbol; null drops the symbol.</summary>
    public int? UnknownSymbolId { get; init; }

    /// <summary>The text that an unknown token decodes to; null for the token's own text.</summary>
    public string? UnknownSurface { get; init; }

    /// <summary>Begin of sequence, if there is one.</summary>
    public int? BosId { get; init; }

    /// <summary>End of sequence, if there is one.</summary>
    public int? EosId { get; init; }

    /// <summary>End of turn, if the file names one.</summary>
    public int? EotId { get; init; }

    /// <summary>End of message, if the file names one.</summary>
    public int? EomId { get; init; }

    /// <summary>Padding, if there is one.</summary>
    public int? PadId { get; init; }

    /// <summary>The unknown token, if there is one.</summary>
    public int? UnkId { get; init; }

    /// <summary>The separator, if there is one.</summary>
    public int? SepId { get; init; }

    /// <summary>Whether a prompt starts with <see cref="BosId"/>; null where the file does not say (the kind's default holds).</summary>
    public bool? AddBos { get; init; }

    /// <summary>Whether a prompt ends with <see cref="EosId"/>; null where the file does not say.</summary>
    public bool? AddEos { get; init; }

    /// <summary>Whether a pair of texts is joined by a separator; null where the file does not say.</summary>
    public bool? AddSep { get; init; }

    /// <summary>The chat template (Jinja), if the file has one.</summary>
    public string? ChatTemplate { get; init; }

    /// <summary>Further chat templates by name, such as "tool_use".</summary>
    public IReadOnlyDictionary<string, string> NamedChatTemplates { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);
}
