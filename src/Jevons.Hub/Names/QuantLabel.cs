using System.Globalization;

namespace Jevons.Hub;

/// <summary>
/// Recognises the quantisation label that the makers of GGUF files put at the end of a file's name
/// (<c>…-Q4_K_M.gguf</c>, <c>….IQ4_XS.gguf</c>, <c>…-UD-IQ1_S-00001-of-00003.gguf</c>) and the suffix of a split file.
/// </summary>
public static class QuantLabel
{
    // What follows the stem of a split file: "-00001-of-00003".
    private const int SplitSuffixLength = 15;

    private static readonly string[] s_plain = ["BF16", "F16", "FP16", "F32", "FP32", "MXFP4", "MXFP4_MOE"];
    private static readonly string[] s_families = ["IQ", "TQ", "Q"];

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
    public static bool IsLabel(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        string label = text.ToUpperInvariant();
        label = label.StartsWith("UD-", StringComparison.Ordinal) ? label[3..] : label;
        if (s_plain.Contains(label, StringComparer.Ordinal))
        {
            return true;
        }

        string? family = s_families.FirstOrDefault(f => label.StartsWith(f, StringComparison.Ordinal));
        string[] parts = family is null ? [] : label[family.Length..].Split('_');
        return parts.Length > 0
            && parts[0].Length == 1
            && parts[0][0] is >= '1' and <= '8'
            && parts.Skip(1).All(p => p.Length is >= 1 and <= 3 && p.All(char.IsAsciiLetterOrDigit));
    }

    /// <summary>The label at the end of a file's stem in upper case, or null when there is none.</summary>
    /// <param name="stem">A file name without <c>.gguf</c> and without the suffix of a split file.</param>
    /// <returns>The label.</returns>
    public static string? OfStem(string stem)
    {
        ArgumentNullException.ThrowIfNull(stem);
        for (int start = 0; start < stem.Length; start++)
        {
            if ((start == 0 || stem[start - 1] is '-' or '.' or '_') && IsLabel(stem[start..]))
            {
                return stem[start..].ToUpperInvariant();
            }
        }

        return null;
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
        int cut = stem.Length - SplitSuffixLength;
        if (cut >= 0
            && stem[cut] == '-'
            && string.CompareOrdinal(stem, cut + 6, "-of-", 0, 4) == 0
            && int.TryParse(stem.AsSpan(cut + 1, 5), NumberStyles.None, CultureInfo.InvariantCulture, out part)
            && int.TryParse(stem.AsSpan(cut + 10, 5), NumberStyles.None, CultureInfo.InvariantCulture, out count))
        {
            return stem[..cut];
        }

        part = 1;
        count = 1;
        return stem;
    }
}
