namespace Jevons.Hub;

/// <summary>
/// What the hub knows a file by: the SHA-256 of a large (LFS or Xet) file, or the git blob id of a small one,
/// which is SHA-1 of <c>"blob " + size + "\0"</c> and the content.
/// </summary>
/// <param name="IsSha256">True for SHA-256, false for a git blob id.</param>
/// <param name="Hex">Lower-case hexadecimal digits, 64 or 40.</param>
public sealed record ContentHash(bool IsSha256, string Hex)
{
    /// <summary>Reads an id or a quoted, possibly weak, entity tag.</summary>
    /// <param name="text">The text, or null.</param>
    /// <returns>The hash, or null when the text is neither 64 nor 40 hexadecimal digits.</returns>
    public static ContentHash? TryParse(string? text)
    {
        if (text is null)
        {
            return null;
        }

        string hex = text.StartsWith("W/", StringComparison.Ordinal) ? text[2..] : text;
        hex = hex.Trim('"');
        hex = hex.StartsWith("sha256:", StringComparison.OrdinalIgnoreCase) ? hex[7..] : hex;
        return hex.Length is 64 or 40 && hex.All(char.IsAsciiHexDigit) ? new ContentHash(hex.Length == 64, hex.ToLowerInvariant()) : null;
    }
}
