namespace Jevons.Cli;

/// <summary>
/// A file that appears under its name only when it is complete: written beside it with the ending .partial, then renamed.
/// Disposed without <see cref="Commit"/> it leaves nothing behind.
/// </summary>
internal sealed class OutputFile : IDisposable
{
    private readonly string _path;
    private readonly string _partial;
    private readonly FileStream _stream;
    private bool _isCommitted;

    /// <summary>Starts a file.</summary>
    /// <param name="path">Its name; the folder must exist.</param>
    public OutputFile(string path)
    {
        _path = path;
        _partial = path + ".partial";
        _stream = new FileStream(_partial, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 1 << 16);
    }

    /// <summary>Where to write.</summary>
    public Stream Stream => _stream;

    /// <summary>Gives the file its name, replacing one that has it.</summary>
    public void Commit()
    {
        _stream.Dispose();
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
