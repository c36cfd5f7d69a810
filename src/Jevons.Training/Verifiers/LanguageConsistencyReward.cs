using System.Text;

namespace Jevons.Training;

/// <summary>
/// The share of a chain of thought's words that are in the wanted language (DeepSeek-R1, arXiv 2501.12948, section 2.3.2). A
/// language is known by its writing system: English and Chinese are told apart, English and French are not. A word is a run of
/// letters of one system; a Chinese character, a Japanese or Korean syllable is one each. Commands of LaTeX (\frac) are no words.
/// </summary>
public sealed class LanguageConsistencyReward : IReward
{
    private const string Open = "<think>";
    private const string Close = "</think>";

    private readonly WritingSystem[] _wanted;

    /// <summary>Sets the language.</summary>
    /// <param name="language">ISO 639-1 code: en, zh, ja, ko, ru, ar, hi and others written in these systems.</param>
    /// <exception cref="ArgumentException">Another language.</exception>
    public LanguageConsistencyReward(string language)
    {
        _wanted = language switch
        {
            "en" or "de" or "fr" or "es" or "it" or "pt" or "nl" or "pl" or "vi" or "tr" or "id" or "sv" or "cs" => [WritingSystem.Latin],
            "zh" => [WritingSystem.Han],
            "ja" => [WritingSystem.Han, WritingSystem.Kana],
            "ko" => [WritingSystem.Hangul],
            "ru" or "uk" or "bg" => [WritingSystem.Cyrillic],
            "ar" or "fa" or "ur" => [WritingSystem.Arabic],
            "hi" or "mr" or "ne" => [WritingSystem.Devanagari],
            _ => throw new ArgumentException($"language \"{language}\" is not known, expected a code such as en, zh, ja, ko, ru, ar, hi", nameof(language)),
        };
    }

    /// <inheritdoc/>
    public string Name => "language_consistency";

    /// <summary>The share; null where the thought has no words.</summary>
    /// <param name="sample">The completion; up to its closing think tag, or all of it where there is none.</param>
    /// <param name="cancellationToken">Not looked at.</param>
    /// <returns>0 to 1, or null.</returns>
    public double? Score(RewardSample sample, CancellationToken cancellationToken)
    {
        ReadOnlySpan<char> text = sample.Completion;
        int end = text.IndexOf(Close, StringComparison.Ordinal);
        text = end < 0 ? text : text[..end];
        int start = text.IndexOf(Open, StringComparison.Ordinal);
        text = start < 0 ? text : text[(start + Open.Length)..];

        int words = 0;
        int wanted = 0;
        WritingSystem last = WritingSystem.Other;
        bool isCommand = false;
        foreach (Rune rune in text.EnumerateRunes())
        {
            WritingSystem system = Of(rune.Value);
            bool begins = system != WritingSystem.Other
                && (system != last || system is WritingSystem.Han or WritingSystem.Kana or WritingSystem.Hangul);
            if (begins && !isCommand)
            {
                words++;
                wanted += Array.IndexOf(_wanted, system) >= 0 ? 1 : 0;
            }

            isCommand = rune.Value == '\\' || (isCommand && system == WritingSystem.Latin);
            last = isCommand ? WritingSystem.Other : system;
        }

        return words == 0 ? null : (double)wanted / words;
    }

    private static WritingSystem Of(int c) => c switch
    {
        >= 'A' and <= 'Z' or >= 'a' and <= 'z' => WritingSystem.Latin,
        >= 0xC0 and <= 0x24F and not 0xD7 and not 0xF7 or >= 0x1E00 and <= 0x1EFF => WritingSystem.Latin,
        >= 0x400 and <= 0x52F => WritingSystem.Cyrillic,
        >= 0x620 and <= 0x64A or >= 0x66E and <= 0x6D3 or >= 0x750 and <= 0x77F => WritingSystem.Arabic,
        >= 0x900 and <= 0x963 => WritingSystem.Devanagari,
        >= 0x3041 and <= 0x30FF and not 0x30FB => WritingSystem.Kana,
        >= 0x3400 and <= 0x4DBF or >= 0x4E00 and <= 0x9FFF or >= 0xF900 and <= 0xFAFF or >= 0x20000 and <= 0x323AF => WritingSystem.Han,
        >= 0xAC00 and <= 0xD7A3 => WritingSystem.Hangul,
        _ => WritingSystem.Other,
    };
}
