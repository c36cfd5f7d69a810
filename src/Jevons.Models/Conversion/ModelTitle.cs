using System.Globalization;

namespace Jevons.Models;

/// <summary>What a converted model is called: general.name, general.basename and general.size_label.</summary>
/// <param name="Name">Words, such as "DeepSeek R1 Distill Qwen 7B".</param>
/// <param name="Basename">The name's part before its size; null where it has none.</param>
/// <param name="SizeLabel">Parameters in short, such as 7.6B; null where they are not known.</param>
public sealed record ModelTitle(string Name, string? Basename, string? SizeLabel)
{
    /// <summary>Derives a title from a folder's name.</summary>
    /// <param name="folder">Name of a folder such as DeepSeek-R1-Distill-Qwen-7B.</param>
    /// <param name="parameters">Number of parameters; 0 where it is not known.</param>
    /// <returns>The title.</returns>
    public static ModelTitle Of(string folder, long parameters)
    {
        string[] words = folder.Split(['-', ' '], StringSplitOptions.RemoveEmptyEntries);
        int size = Array.FindIndex(words, IsSize);
        string name = string.Join(' ', words.Select(w => char.IsAsciiLetterLower(w[0]) ? char.ToUpperInvariant(w[0]) + w[1..] : w));
        return new ModelTitle(
            name.Length == 0 ? "model" : name, size > 0 ? string.Join('-', words[..size]) : null, parameters > 0 ? LabelOf(parameters) : null);
    }

    /// <summary>A count in short with at least two digits: 656K, 1.5B, 671B.</summary>
    /// <param name="parameters">Number of parameters.</param>
    /// <returns>The label.</returns>
    public static string LabelOf(long parameters)
    {
        (double unit, string letter) = parameters switch
        {
            >= 999_500_000_000 => (1e12, "T"),
            >= 999_500_000 => (1e9, "B"),
            >= 999_500 => (1e6, "M"),
            _ => (1e3, "K"),
        };
        double value = parameters / unit;
        return value.ToString(value < 9.95 ? "0.0" : "0", CultureInfo.InvariantCulture) + letter;
    }

    private static bool IsSize(string word) => word.Length > 1
        && char.ToUpperInvariant(word[^1]) is 'K' or 'M' or 'B' or 'T'
        && double.TryParse(word.AsSpan(0, word.Length - 1), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out _);
}
