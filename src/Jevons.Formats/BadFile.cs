namespace Jevons.Formats;

/// <summary>Builds the one exception that a bad file causes: file, place, what was found, what was expected.</summary>
internal static class BadFile
{
    /// <summary>An error about a file as a whole.</summary>
    /// <param name="file">Path as the user knows it.</param>
    /// <param name="message">What was found, what was expected, what to do.</param>
    /// <returns>The exception to throw.</returns>
    public static InvalidDataException Because(string file, string message) => new($"{file}: {message}");

    /// <summary>An error at a byte of a file.</summary>
    /// <param name="file">Path as the user knows it.</param>
    /// <param name="offset">Byte where the bad field begins.</param>
    /// <param name="what">The field: a key, a tensor, a count.</param>
    /// <param name="message">What was found, what was expected, what to do.</param>
    /// <returns>The exception to throw.</returns>
    public static InvalidDataException At(string file, long offset, string what, string message) =>
        new($"{file}: {what} at byte {offset}: {message}");

    /// <summary>Text from a file made safe for a message: control characters become '?', long text is cut.</summary>
    /// <param name="text">Any text.</param>
    /// <returns>At most 100 characters between single quotes.</returns>
    public static string Quote(string text)
    {
        const int longest = 100;
        bool cut = text.Length > longest;
        string shown = string.Create(Math.Min(text.Length, longest), text, static (span, source) =>
        {
            for (int i = 0; i < span.Length; i++)
            {
                span[i] = char.IsControl(source[i]) || char.IsSurrogate(source[i]) ? '?' : source[i];
            }
        });
        return cut ? $"'{shown}...'" : $"'{shown}'";
    }
}
