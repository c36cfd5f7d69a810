namespace Jevons.Formats;

/// <summary>Reads small files (JSON) whole, and refuses those that cannot be what their name says.</summary>
internal static class BoundedFile
{
    private const int LargestBytes = 64 << 20;

    /// <summary>All bytes of a file of at most 64 MiB, without a UTF-8 byte order mark.</summary>
    /// <param name="path">An existing file.</param>
    /// <returns>The bytes.</returns>
    /// <exception cref="InvalidDataException">The file is larger.</exception>
    public static ReadOnlyMemory<byte> Read(string path)
    {
        using FileStream stream = new(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, bufferSize: 0);
        if (stream.Length > LargestBytes)
        {
            throw BadFile.Because(path, $"found {stream.Length} bytes, expected a JSON file of at most {LargestBytes}");
        }

        byte[] bytes = new byte[stream.Length];
        int read = stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
        ReadOnlyMemory<byte> content = bytes.AsMemory(0, read);
        return content.Span.StartsWith("\uFEFF"u8) ? content["\uFEFF"u8.Length..] : content;
    }
}
