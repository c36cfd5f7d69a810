namespace Jevons.Tokenization;

/// <summary>How text is cut into the pieces inside which a new vocabulary merges.</summary>
public enum SplitPattern
{
    /// <summary>GPT-2's: a word with its blank, numbers of any length, signs, white space.</summary>
    Gpt2,

    /// <summary>Qwen's: as <see cref="Gpt4"/>, but every numeral is a piece of its own.</summary>
    Qwen,

    /// <summary>GPT-4's (Llama 3 has the same): contractions in any case, up to three numerals, line breaks apart.</summary>
    Gpt4,
}
