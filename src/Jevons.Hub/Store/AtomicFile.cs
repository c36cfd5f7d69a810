namespace Jevons.Hub;

/// <summary>Replaces small files so that a reader sees the old content or the new, never a part.</summary>
internal static class AtomicFile
{
    /// <summary>Writes beside the file, flushes to the disk, renames.</summary>
    public static void Write(string path, ReadOnlySpan<byte> content)
    {
        string beside = path + ".tmp";
        using (FileStream stream = new(beside, FileMode.Create, FileAccess.Write, FileShare.None))
        {
            stream.Write(content);
            stream.Flush(flushToDisk: true);
        }

        File.Move(beside, path, overwrite: true);
    }
}
