namespace Jevons.Formats;

/// <summary>
/// A file that appears under its name only when it is complete: written beside it as <c>name.partial</c>, flushed to disk,
/// then renamed. Disposed without <see cref="Commit"/> it leaves nothing behind. One writer per name at a time.
/// </summary>
internal sealed class PartialFile : IDisposable
{
    // Written in runs of this length, the page cache holds the file in huge pages, which are read faster.
    private const int BufferBytes = 4 << 20;

    private readonly string _path;
    private readonly string _partial;
    private readonly FileStream _stream;
    private bool _isComplete;
    private bool _isCommitted;

    /// <summary>Creates the partial file; the folder must exist.</summary>
    public PartialFile(string path)
    {
        _path = path;
        _partial = path + ".partial";
        _stream = new FileStream(_partial, FileMode.Create, FileAccess.Write, FileShare.None, BufferBytes);
    }

    /// <summary>Where to write.</summary>
    public Stream Stream => _stream;

    /// <summary>Flushes and closes the file, still under its partial name.</summary>
    public void Complete()
    {
        _stream.Flush(flushToDisk: true);
        _stream.Dispose();
        _isComplete = true;
    }

    /// <summary>Gives the file its name, replacing one that has it.</summary>
    public void Commit()
    {
        if (!_isComplete)
        {
            Complete();
        }

        File.Move(_partial, _path, overwrite: true);
        _isCommitted = true;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_isCommitted)
        {
            return;
        }

        try
        {
            _stream.Dispose();
        }
        catch (IOException)
        {
            // The disk is full: the rest is given up with the file, and what happened first is what the caller hears.
        }

        File.Delete(_partial);
    }
}
