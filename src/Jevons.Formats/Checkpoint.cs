namespace Jevons.Formats;

/// <summary>
/// The tensors of a model on disk, in one file or in several shards. Opening reads headers only; tensor data is mapped on
/// first use and read in place. Regions handed out by <see cref="TensorInfo.Data"/> are valid until <see cref="Dispose()"/>.
/// Reading is thread-safe; disposal must wait for the readers. Files are little-endian, as every machine that runs this is.
/// </summary>
public abstract class Checkpoint : IDisposable
{
    private readonly Dictionary<string, TensorInfo> _byName;
    private readonly IReadOnlyList<MappedFile> _files;

    private protected Checkpoint(string path, IReadOnlyList<TensorInfo> tensors, IReadOnlyList<MappedFile> files)
    {
        Path = path;
        Tensors = tensors;
        _files = files;
        _byName = new Dictionary<string, TensorInfo>(tensors.Count, StringComparer.Ordinal);
        foreach (TensorInfo tensor in tensors)
        {
            if (!_byName.TryAdd(tensor.Name, tensor))
            {
                throw BadFile.Because(
                    tensor.File, $"tensor {BadFile.Quote(tensor.Name)} is also in {_byName[tensor.Name].File}; each name may occur once");
            }
        }
    }

    /// <summary>Path as it was opened: a file, or the index of a sharded checkpoint.</summary>
    public string Path { get; }

    /// <summary>All tensors, in the order of the header (shards in their order).</summary>
    public IReadOnlyList<TensorInfo> Tensors { get; }

    /// <summary>Paths of the files that hold the tensors, in shard order.</summary>
    public IEnumerable<string> Files => _files.Select(f => f.Path);

    /// <summary>Bytes of all files together.</summary>
    public long TotalFileBytes => _files.Sum(f => f.Length);

    /// <summary>The tensor of that name.</summary>
    /// <param name="name">Exact name.</param>
    /// <returns>The tensor.</returns>
    /// <exception cref="InvalidDataException">There is none.</exception>
    public TensorInfo this[string name] => Find(name)
        ?? throw BadFile.Because(Path, $"tensor {BadFile.Quote(name)} is missing among {Tensors.Count} tensors");

    /// <summary>The tensor of that name, or null.</summary>
    /// <param name="name">Exact name.</param>
    /// <returns>The tensor or null.</returns>
    public virtual TensorInfo? Find(string name) => _byName.GetValueOrDefault(name);

    /// <summary>True when a tensor of that name exists.</summary>
    /// <param name="name">Exact name.</param>
    /// <returns>Whether <see cref="Find"/> finds one.</returns>
    public bool Contains(string name) => Find(name) is not null;

    /// <summary>The first tensor, in the order of <see cref="Tensors"/>, that ends beyond its file; null when all data is there.</summary>
    /// <returns>A tensor or null.</returns>
    public TensorInfo? FirstTensorBeyondFile()
    {
        foreach (TensorInfo tensor in Tensors)
        {
            if (!tensor.IsWithinFile)
            {
                return tensor;
            }
        }

        return null;
    }

    /// <summary>Checks that every tensor ends within its file; reads no data.</summary>
    /// <exception cref="InvalidDataException">Names the first tensor that does not.</exception>
    public void VerifyComplete() => FirstTensorBeyondFile()?.ThrowIfBeyondFile();

    /// <summary>Unmaps and closes all files.</summary>
    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Unmaps and closes all files.</summary>
    /// <param name="disposing">False only from a finalizer, of which there is none.</param>
    protected virtual void Dispose(bool disposing)
    {
        foreach (MappedFile file in _files)
        {
            file.Dispose();
        }
    }
}
