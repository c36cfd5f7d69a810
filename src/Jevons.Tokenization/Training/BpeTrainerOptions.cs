using System.Text;

namespace Jevons.Tokenization;

/// <summary>What a new byte-level BPE vocabulary is to be.</summary>
public sealed record BpeTrainerOptions
{
    /// <summary>How many symbols stand for single bytes: all of them, so that every text can be written.</summary>
    public const int AlphabetSize = 256;

    /// <summary>
    /// Tokens in all: special tokens, the byte alphabet, then one a merge. It becomes smaller where pairs run out first.
    /// </summary>
    public required int VocabularySize { get; init; }

    /// <summary>How text is cut into pieces.</summary>
    public required SplitPattern Pattern { get; init; }

    /// <summary>The special tokens; they get the first ids, in this order.</summary>
    public IReadOnlyList<string> SpecialTokens { get; init; } = [];

    /// <summary>How often a pair must stand in the corpus to be merged.</summary>
    public long MinFrequency { get; init; } = 2;

    /// <summary>The name of the pre-tokenizer; a vocabulary without ignore_merges has the second of Llama 3's names.</summary>
    internal string PreTokenizer => Pattern switch
    {
        SplitPattern.Gpt2 => "gpt-2",
        SplitPattern.Qwen => "qwen2",
        _ => "smaug-bpe",
    };

    /// <summary>Checks the values.</summary>
    /// <exception cref="ArgumentException">One will not do; the message says which, and what would.</exception>
    internal void Validate()
    {
        if (!Enum.IsDefined(Pattern))
        {
            throw new ArgumentException($"the split pattern is {Pattern}; expected {string.Join(", ", Enum.GetNames<SplitPattern>())}");
        }

        if (MinFrequency < 1)
        {
            throw new ArgumentException($"the minimum frequency is {MinFrequency}, expected 1 or more");
        }

        HashSet<string> seen = new(StringComparer.Ordinal);
        foreach (string token in SpecialTokens)
        {
            CheckSpecial(token);
            if (!seen.Add(token))
            {
                throw new ArgumentException($"the special token '{token}' is given twice; give each once");
            }
        }

        int least = AlphabetSize + SpecialTokens.Count;
        if (VocabularySize < least)
        {
            throw new ArgumentException(
                $"the vocabulary size is {VocabularySize}, expected at least {least}: {AlphabetSize} bytes and {SpecialTokens.Count} special tokens are in every vocabulary");
        }
    }

    private static void CheckSpecial(string token)
    {
        if (string.IsNullOrEmpty(token))
        {
            throw new ArgumentException("a special token is empty; expected text such as <|endoftext|>");
        }

        for (int i = 0; i < token.Length; i += char.IsSurrogatePair(token, i) ? 2 : 1)
        {
            if (!Rune.TryGetRuneAt(token, i, out _))
            {
                throw new ArgumentException($"the special token '{token}' is not Unicode: it has half of a surrogate pair at position {i}");
            }
        }

        if (token is [char only] && ByteAlphabet.ToByte(only) >= 0)
        {
            throw new ArgumentException($"the special token '{token}' is the symbol of a byte; expected text that is longer, such as <|{token}|>");
        }
    }
}
