using System.IO.MemoryMappedFiles;
using Jevons.Numerics;

namespace Jevons.Formats;

/// <summary>
/// A file opened for reading whose bytes are mapped on first use: the header is read through <see cref="Stream"/>, tensor data
/// through <see cref="Region"/>, and no page of the data is touched before someone reads it. The handle stays open in between,
/// so both see the same file even if the name is replaced meanwhile. <see cref="Region"/> may be asked for by several
/// threads; disposal must wait until all readers are done.
/// </summary>
internal sealed unsafe class MappedFile : IDisposable
{
    private readonly Lock _gate = new();
    private readonly FileStream _stream;
    private MemoryMappedFile? _mapping;
    private MemoryMappedViewAccessor? _view;
    private byte* _pointer;
    private bool _disposed;

    /// <summary>Opens the file and notes its length; maps nothing yet.</summary>
    /// <param name="path">An existing file.</param>
    /// <exception cref="IOException">The file cannot be opened.</exception>
    public MappedFile(string path)
    {
        // The unbuffered stream leaves the choice of how much to read to the header reader.
        _stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, bufferSize: 0);
        Path = path;
        Length = _stream.Length;
    }

    /// <summary>Path as given.</summary>
    public string Path { get; }

    /// <summary>Bytes of the file when it was opened.</summary>
    public long Length { get; }

    /// <summary>Sequential access for the header.</summary>
    public Stream Stream => _stream;

    /// <summary>The whole file, mapped read-only; valid until <see cref="Dispose"/>.</summary>
    /// <exception cref="ObjectDisposedException">The file was closed.</exception>
    /// <exception cref="InvalidDataException">The file became shorter after it was opened.</exception>
    public MemoryRegion Region
    {
        get
        {
            lock (_gate)
            {
                ObjectDisposedException.ThrowIf(_disposed, this);
                if (_pointer is null && Length > 0)
                {
                    Map();
                }

                return new MemoryRegion(_pointer, Length, this);
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (_gate)
        {
            if (_disposed)
            {
                return;
            }

            _disposed = true;
            if (_pointer is not null)
            {
                _view!.SafeMemoryMappedViewHandle.ReleasePointer();
                _pointer = null;
            }

            _view?.Dispose();
            _mapping?.Dispose();
            _stream.Dispose();
        }
    }

    private void Map()
    {
        long now = _stream.Length;
        if (now < Length)
        {
            throw BadFile.Because(Path, $"the file had {Length} bytes when it was opened and has {now} now; something is writing to it");
        }

        _mapping = MemoryMappedFile.CreateFromFile(
            _stream, mapName: null, Length, MemoryMappedFileAccess.Read, HandleInheritability.None, leaveOpen: true);
        _view = _mapping.CreateViewAccessor(0, Length, MemoryMappedFileAccess.Read);

        // The view covers [0, Length) of the file; a view that starts at 0 has no pointer offset.
        byte* pointer = null;
        _view.SafeMemoryMappedViewHandle.AcquirePointer(ref pointer);
        _pointer = pointer;
        HugePages.Prefer(new MemoryRegion(pointer, Length, this));
    }
}
