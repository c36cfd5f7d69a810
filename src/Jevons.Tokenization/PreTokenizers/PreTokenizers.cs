namespace Jevons.Tokenization;

/// <summary>The table of known pre-tokenizers.</summary>
internal static class PreTokenizers
{
    /// <summary>How a tokenizer.json writes one numeral.</summary>
    public const string NumberPattern = @"\p{N}";

    private static readonly PreTokenizerKind[] s_kinds =
    [
        new(["gpt-2", "phi-2", "mpt", "olmo", "jais", "exaone4", "trillion", "granite-docling"], [Gpt2Split.Pattern], new(Gpt2Split.Match)),
        new(
            ["smollm", "starcoder", "refact", "command-r", "codeshell", "exaone", "minerva-7b"],
            [NumberPattern, Gpt2Split.Pattern],
            new(Splits.OneNumber, Gpt2Split.Match)),
        new(["qwen2", "deepseek-r1-qwen", "stablelm2", "hunyuan", "megrez"], [Qwen2Split.Pattern], new(Qwen2Split.Match)),
        new(
            ["llama-bpe", "llama3", "llama-v3", "falcon3", "falcon-h1", "pixtral", "midm-2.0", "lfm2"],
            [Qwen2Split.Llama3Pattern],
            new(Qwen2Split.MatchLlama3),
            IgnoreMerges: true,
            AddBos: true),
        new(["smaug-bpe", "dbrx"], [], new(Qwen2Split.MatchLlama3)),
        new(
            ["deepseek-v3", "joyai-llm", "hunyuan-dense"],
            [@"\p{N}{1,3}", DeepSeekV3Split.CjkPattern, DeepSeekV3Split.WordPattern],
            new(Splits.UpToThreeNumbers, DeepSeekV3Split.MatchCjk, DeepSeekV3Split.MatchWord)),
        new(
            ["deepseek-llm"],
            [
                @"[\r\n]",
                @"\s?[" + DeepSeekLlmSplit.CasedLetters + "]+",
                @"\s?[" + DeepSeekLlmSplit.Signs + "]+",
                @"\s+$",
                "[" + DeepSeekLlmSplit.CjkAndHangul + "]+",
                NumberPattern,
            ],
            new(
                Splits.OneLineBreak,
                DeepSeekLlmSplit.MatchCasedLetters,
                DeepSeekLlmSplit.MatchSigns,
                Splits.SpaceAtEnd,
                DeepSeekLlmSplit.MatchCjkAndHangul,
                Splits.OneNumber)),
        new(
            ["deepseek-coder"],
            [@"[\r\n]", @"\s?\p{L}+", @"\s?\p{P}+", "[" + DeepSeekLlmSplit.CjkAndHangul + "]+", NumberPattern],
            new(
                Splits.OneLineBreak,
                DeepSeekCoderSplit.MatchLetters,
                DeepSeekCoderSplit.MatchPunctuation,
                DeepSeekLlmSplit.MatchCjkAndHangul,
                Splits.OneNumber)),
        new(["default"], [], new(DefaultSplit.MatchSigns, Gpt2Split.Match, Splits.AllNumbers, DefaultSplit.MatchThreeDigits)),
    ];

    private static readonly Dictionary<string, PreTokenizerKind> s_byName = s_kinds
        .SelectMany(kind => kind.Names, (kind, name) => (kind, name))
        .ToDictionary(x => x.name, x => x.kind, StringComparer.Ordinal);

    /// <summary>Every known name, for messages.</summary>
    public static string KnownNames => string.Join(", ", s_kinds.SelectMany(kind => kind.Names));

    /// <summary>The pre-tokenizer of a name.</summary>
    /// <exception cref="InvalidDataException">The name is not known; the message lists those that are.</exception>
    public static PreTokenizerKind Find(string name) => s_byName.TryGetValue(name, out PreTokenizerKind? kind)
        ? kind
        : throw new InvalidDataException($"pre-tokenizer '{name}' (tokenizer.ggml.pre) is not known; known are: {KnownNames}");

    /// <summary>The pre-tokenizer whose regexes are these.</summary>
    /// <param name="patterns">The regexes in order, line breaks written as escapes.</param>
    /// <returns>The kind, or null where no known one has these.</returns>
    public static PreTokenizerKind? FindByPatterns(IReadOnlyList<string> patterns) =>
        Array.Find(s_kinds, kind => kind.Patterns.Length > 0 && kind.Patterns.SequenceEqual(patterns, StringComparer.Ordinal));
}
