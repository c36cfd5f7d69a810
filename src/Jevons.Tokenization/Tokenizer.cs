using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace Jevons.Tokenization;

/// <summary>
/// Turns text into token ids and back, as the tokenizer's reference implementation does. Immutable; any number of threads may
/// use one.
/// </summary>
/// <remarks>
/// User text never becomes a control token. Unless text is marked as a template's (<c>parseSpecial</c>, or
/// <see cref="PromptPart.IsTemplate"/>), no control token, no special token, no begin, end or padding token and no added token
/// that looks like a marker (<c>&lt;…&gt;</c>, <c>[…]</c>, anything with a bar) is recognised in it, whatever the file says of
/// it; such text is encoded as ordinary pieces that decode to the same text. Added tokens of plain text (letters, runs of
/// blanks) are recognised everywhere.
/// </remarks>
public sealed partial class Tokenizer
{
    private readonly FragmentEncoder _encoder;
    private readonly TokenSearch _rawSearch;
    private readonly TokenSearch _normalizedSearch;
    private readonly TokenTable _decoded;
    private readonly TokenRoles _roles;
    private readonly Dictionary<string, int> _ids;

    private Tokenizer(TokenizerDefinition definition)
    {
        Definition = definition;
        _roles = new TokenRoles(definition);
        _ids = new Dictionary<string, int>(definition.Tokens.Count, StringComparer.Ordinal);
        for (int id = 0; id < definition.Tokens.Count; id++)
        {
            _ids.TryAdd(definition.Tokens[id], id);
        }

        _decoded = TokenTables.Decoded(definition, _roles);
        bool isByteLevel = definition.Kind == TokenizerKind.ByteLevelBpe;
        TokenTable pieces = isByteLevel ? _decoded : TokenTables.Pieces(definition, _roles);
        bool longestFirst = definition.Dialect == TokenizerDialect.LlamaCpp;
        _rawSearch = new TokenSearch(SearchedTokens.InRawText(definition, _roles), longestFirst);
        TokenSearch plain = new(SearchedTokens.InNormalizedText(definition, _roles, text => Encoding.UTF8.GetBytes(text)), longestFirst);
        SentencePieceEncoder? sentencePiece = isByteLevel ? null : new SentencePieceEncoder(
            definition, pieces, _ids, _roles, definition.Dialect == TokenizerDialect.SentencePiece ? plain : null);
        _encoder = sentencePiece ?? (FragmentEncoder)new ByteLevelEncoder(definition, _decoded, _ids, _roles);
        _normalizedSearch = definition.Dialect == TokenizerDialect.HuggingFace && !definition.EscapesAfterAddedTokens
            ? new TokenSearch(SearchedTokens.InNormalizedText(definition, _roles, NormalizeToken), longestFirst)
            : plain;
        AddBos = definition.AddBos ?? false;
        AddEos = definition.AddEos ?? false;
    }

    /// <summary>The description that this tokenizer was made of.</summary>
    public TokenizerDefinition Definition { get; }

    /// <summary>The number of ids. A model's output may be wider (padded); ids beyond decode to nothing.</summary>
    public int VocabSize => _decoded.Count;

    /// <summary>Begin of sequence, or null.</summary>
    public int? BosId => Known(Definition.BosId);

    /// <summary>End of sequence, or null.</summary>
    public int? EosId => Known(Definition.EosId);

    /// <summary>Padding, or null.</summary>
    public int? PadId => Known(Definition.PadId);

    /// <summary>
    /// The ids after which an answer has ended, ascending: end of sequence, of turn and of message as the file names them, and
    /// control tokens known by name.
    /// </summary>
    public ReadOnlySpan<int> EndOfGenerationIds => _roles.EndOfGeneration;

    /// <summary>Whether a prompt starts with <see cref="BosId"/>, as the file or its kind says.</summary>
    public bool AddBos { get; }

    /// <summary>Whether the file wants <see cref="EosId"/> after a text; encoding leaves that to the caller.</summary>
    public bool AddEos { get; }

    /// <summary>Makes a tokenizer.</summary>
    /// <param name="definition">The description; its lists must not change afterwards.</param>
    /// <returns>The tokenizer.</returns>
    /// <exception cref="InvalidDataException">
    /// The description contradicts itself, or names a pre-tokenizer that is not known (the message lists those that are).
    /// </exception>
    public static Tokenizer Create(TokenizerDefinition definition)
    {
        ArgumentNullException.ThrowIfNull(definition);
        if (definition.Tokens.Count == 0 || definition.TokenTypes.Count != definition.Tokens.Count)
        {
            throw new InvalidDataException(
                $"the vocabulary has {definition.Tokens.Count} tokens and {definition.TokenTypes.Count} types; "
                + "a type for each token is expected");
        }

        return new Tokenizer(definition);
    }

    /// <summary>Finds a token by its text, as the vocabulary writes it (a control token: literally).</summary>
    /// <param name="text">The text.</param>
    /// <param name="id">The token.</param>
    /// <returns>False where there is none.</returns>
    public bool TryGetId(string text, out int id) => _ids.TryGetValue(text, out id);

    /// <summary>True for control and unknown tokens: structure that decoding leaves out on request.</summary>
    /// <param name="id">A token id.</param>
    /// <returns>Whether it is one; false for ids outside the vocabulary.</returns>
    public bool IsControl(int id) => (uint)id < (uint)VocabSize && _roles.Type(id) is TokenType.Control or TokenType.Unknown;

    /// <summary>True for ids after which an answer has ended.</summary>
    /// <param name="id">A token id.</param>
    /// <returns>Whether it is one of <see cref="EndOfGenerationIds"/>.</returns>
    public bool IsEndOfGeneration(int id) => EndOfGenerationIds.BinarySearch(id) >= 0;

    /// <summary>A token's text as the vocabulary writes it.</summary>
    /// <param name="id">A token id.</param>
    /// <param name="text">The text.</param>
    /// <returns>False for ids outside the vocabulary.</returns>
    public bool TryGetText(int id, [NotNullWhen(true)] out string? text)
    {
        text = (uint)id < (uint)VocabSize ? Definition.Tokens[id] : null;
        return text is not null;
    }

    private static int? Known(int? id, int count) => id is int value && (uint)value < (uint)count ? value : null;

    private int? Known(int? id) => Known(id, VocabSize);

    private byte[] NormalizeToken(string text)
    {
        EncodeScratch scratch = EncodeScratch.Current;
        ByteBuffer buffer = new();
        return _encoder.Normalize(Encoding.UTF8.GetBytes(text), true, buffer, scratch).ToArray();
    }
}
