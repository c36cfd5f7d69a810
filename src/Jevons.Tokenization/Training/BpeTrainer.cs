namespace Jevons.Tokenization;

/// <summary>
/// Learns a byte-level BPE vocabulary from a corpus: add texts and streams, then train. The merges are those of Hugging Face's
/// <c>BpeTrainer</c> with all bytes as the initial alphabet, ties included, whatever the order of the texts.
/// </summary>
/// <remarks>
/// Memory grows with the number of different pieces (words with their blank, runs of signs), not with the length of the corpus.
/// Counts have 64 bits; the reference's have 32 and overflow where a pair stands more than 2^31 times in the corpus.
/// The text of a special token in the corpus is text like any other. Not thread-safe.
/// </remarks>
public sealed class BpeTrainer
{
    private readonly BpeTrainerOptions _options;
    private readonly PieceCounts _pieces = new();
    private readonly CorpusReader _corpus;

    /// <summary>Makes a trainer without texts.</summary>
    /// <param name="options">What the vocabulary is to be.</param>
    /// <exception cref="ArgumentException">
    /// The vocabulary is smaller than the bytes and special tokens, a special token is empty or given twice, or the like.
    /// </exception>
    public BpeTrainer(BpeTrainerOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        _options = options;
        _corpus = new CorpusReader(PreTokenizers.Find(options.PreTokenizer).Splitter, _pieces);
    }

    /// <summary>Bytes of UTF-8 that were read so far.</summary>
    public long Bytes => _corpus.Bytes;

    /// <summary>Pieces so far, each as often as it was there.</summary>
    public long Pieces => _pieces.Occurrences;

    /// <summary>Different pieces so far.</summary>
    public int DistinctPieces => _pieces.Count;

    /// <summary>Adds one text; no piece reaches over its ends.</summary>
    /// <param name="text">The text; an unpaired surrogate counts as U+FFFD.</param>
    /// <param name="source">Where it is from, for messages.</param>
    /// <exception cref="InvalidDataException">A piece is longer than can be merged in reasonable time.</exception>
    public void Add(ReadOnlySpan<char> text, string source = "the text") => _corpus.Add(text, source);

    /// <summary>Adds a stream of any length as one text, or each of its lines, with its line break, as one.</summary>
    /// <param name="utf8">UTF-8; a byte order mark at its start is skipped. Read to its end, not closed.</param>
    /// <param name="byLine">Whether each line is a text of its own, as where the reference trains on files.</param>
    /// <param name="source">What the stream is, for messages.</param>
    /// <param name="progress">Hears the number of bytes each time that some were read.</param>
    /// <param name="cancellation">Stops the reading.</param>
    /// <exception cref="InvalidDataException">The stream is not UTF-8, or a piece is longer than can be merged in reasonable time.</exception>
    public void Add(
        Stream utf8, bool byLine = false, string source = "the stream", Action<int>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(utf8);
        _corpus.Add(utf8, byLine, source, progress, cancellation);
    }

    /// <summary>Learns the vocabulary of all that was added. May be called again after adding more.</summary>
    /// <param name="progress">Hears the number of tokens after each merge.</param>
    /// <param name="cancellation">Stops the training.</param>
    /// <returns>The tokenizer: ids of special tokens, then of bytes, then of merges by rank.</returns>
    /// <exception cref="InvalidDataException">
    /// The corpus is empty, or has the text of a special token as an ordinary word, which would make it a control token.
    /// </exception>
    public TokenizerDefinition Train(Action<int>? progress = null, CancellationToken cancellation = default)
    {
        if (_pieces.Count == 0)
        {
            throw new InvalidDataException("the corpus has no text; expected at least one character to learn from");
        }

        IReadOnlyList<string> specials = _options.SpecialTokens;
        MergeLearner learner = new(_pieces, specials);
        MergePair[] merges = learner.Learn(_options.VocabularySize, _options.MinFrequency, progress, cancellation);
        return new TokenizerDefinition
        {
            Kind = TokenizerKind.ByteLevelBpe,
            Dialect = TokenizerDialect.HuggingFace,
            PreTokenizer = _options.PreTokenizer,
            Tokens = learner.Tokens,
            TokenTypes = [.. learner.Tokens.Select((_, id) => id < specials.Count ? TokenType.Control : TokenType.Normal)],
            Merges = merges,
            AddedTokens = [.. specials.Select((text, id) => new AddedToken(id, text, Special: true))],
        };
    }
}
