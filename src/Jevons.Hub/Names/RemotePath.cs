namespace Jevons.Hub;

/// <summary>
/// The door for file names that come from a server: they must stay inside the folder that they are written to,
/// on every operating system, and must be printable.
/// </summary>
internal static class RemotePath
{
    private const int MaxSegment = 240;
    private const int MaxLength = 1000;

    /// <summary>True for a relative path of plain segments joined by '/': no '..', no drive, no backslash, nothing unprintable.</summary>
    public static bool IsSafe(string path)
    {
        if (path.Length is 0 or > MaxLength)
        {
            return false;
        }

        foreach (char c in path)
        {
            if (char.IsControl(c) || char.IsSurrogate(c) || c is '\\' or ':' or '*' or '?' or '"' or '<' or '>' or '|')
            {
                return false;
            }
        }

        return path.Split('/').All(IsSafeSegment);
    }

    /// <summary>The full path of a remote file below a folder.</summary>
    /// <exception cref="HubException">The path would leave the folder (<see cref="HubErrorKind.Corrupt"/>).</exception>
    public static string Below(string folder, string path)
    {
        string root = Path.GetFullPath(folder);
        return IsSafe(path)
            ? Path.Combine(root, path.Replace('/', Path.DirectorySeparatorChar))
            : throw new HubException(
                HubErrorKind.Corrupt,
                $"the file name '{Printable(path)}' would leave the folder {root}; nothing was written");
    }

    /// <summary>A text from a server with everything unprintable replaced, cut to a length that fits a message.</summary>
    public static string Printable(string text, int length = 200)
    {
        string cut = text.Length <= length ? text : text[..length] + "…";
        return string.Concat(cut.Select(c => char.IsControl(c) || char.IsSurrogate(c) ? '?' : c));
    }

    // A trailing dot or space disappears on Windows, and a leading dot-jevons would meet the store's own files.
    private static bool IsSafeSegment(string segment) =>
        segment.Length is > 0 and <= MaxSegment
        && segment is not ("." or "..")
        && !segment.EndsWith('.')
        && !segment.EndsWith(' ')
        && !segment.StartsWith(' ')
        && !segment.Equals(".jevons", StringComparison.OrdinalIgnoreCase);
}
