using System.Text.RegularExpressions;

namespace Jevons.Hub;

/// <summary>
/// Recognises the quantisation label that the makers of GGUF files put at the end of a file's name
/// (<c>…-Q4_K_M.gguf</c>, <c>….IQ4_XS.gguf</c>, <c>…-UD-IQ1_S-00001-of-00003.gguf</c>) and the suffix of a split file.
/// </summary>
public static partial class QuantLabel
{
    private const string Label = @"(?:UD-)?(?:(?:IQ|TQ|Q)[1-8](?:_[0-9A-Z]{1,3})*|BF16|FP?16|FP?32|MXFP4(?:_MOE)?)";

    /// <summary>True for the file name of a GGUF language model: a projector for images (mmproj) is none.</summary>
    /// <param name="fileName">A file name without folders.</param>
    /// <returns>True for a GGUF file that may be a model.</returns>
    public static bool IsModelFile(string fileName)
    {
        ArgumentNullException.ThrowIfNull(fileName);
        return fileName.EndsWith(".gguf", StringComparison.OrdinalIgnoreCase) && !fileName.StartsWith("mmproj", StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>True when the whole text is a label such as <c>q4_k_m</c>, <c>BF16</c> or <c>UD-IQ1_S</c>, in any case.</summary>
    /// <param name="text">The text.</param>
    /// <returns>True for a label.</returns>
    public static bool IsLabel(string text) => WholeLabel().IsMatch(text);

    /// <summary>The label at the end of a file's stem in upper case, or null when there is none.</summary>
    /// <param name="stem">A file name without <c>.gguf</c> and without the suffix of a split file.</param>
    /// <returns>The label.</returns>
    public static string? OfStem(string stem)
    {
        Match match = LabelAtEnd().Match(stem);
        return match.Success ? match.Groups["label"].Value.ToUpperInvariant() : null;
    }

    /// <summary>Splits a GGUF file's name into stem and part numbers.</summary>
    /// <param name="fileName">A file name that ends in <c>.gguf</c>.</param>
    /// <param name="part">The part, from 1; 1 for a file that is not split.</param>
    /// <param name="count">The number of parts; 1 for a file that is not split.</param>
    /// <returns>The stem that all parts share.</returns>
    public static string SplitStem(string fileName, out int part, out int count)
    {
        ArgumentNullException.ThrowIfNull(fileName);
        string stem = fileName.EndsWith(".gguf", StringComparison.OrdinalIgnoreCase) ? fileName[..^5] : fileName;
        Match match = SplitSuffix().Match(stem);
        if (!match.Success)
        {
            part = 1;
            count = 1;
            return stem;
        }

        part = int.Parse(match.Groups["part"].ValueSpan, System.Globalization.CultureInfo.InvariantCulture);
        count = int.Parse(match.Groups["count"].ValueSpan, System.Globalization.CultureInfo.InvariantCulture);
        return stem[..match.Index];
    }

    [GeneratedRegex("^" + Label + "$", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex WholeLabel();

    [GeneratedRegex("(?:^|[-._])(?<label>" + Label + ")$", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex LabelAtEnd();

    [GeneratedRegex("-(?<part>[0-9]{5})-of-(?<count>[0-9]{5})$", RegexOptions.CultureInvariant)]
    private static partial Regex SplitSuffix();
}
