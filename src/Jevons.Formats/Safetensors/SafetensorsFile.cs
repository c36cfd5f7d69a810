namespace Jevons.Formats;

/// <summary>
/// One safetensors file. Opening reads the header; tensor data is mapped on first use. A tensor whose dtype cannot be
/// computed with is listed and fails when its type is asked for.
/// </summary>
public sealed class SafetensorsFile : Checkpoint
{
    private SafetensorsFile(MappedFile file, SafetensorsHeader header)
        : base(file.Path, [.. header.Tensors.Select(t => new TensorInfo(t, file))], [file])
    {
        Metadata = header.Metadata;
    }

    /// <summary>The <c>__metadata__</c> map, empty when absent.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; }

    /// <summary>Opens a file.</summary>
    /// <param name="path">A safetensors file of any name.</param>
    /// <returns>The open file.</returns>
    /// <exception cref="InvalidDataException">No safetensors file, or a damaged one.</exception>
    /// <exception cref="IOException">The file cannot be opened.</exception>
    public static SafetensorsFile Open(string path)
    {
        MappedFile file = new(path);
        try
        {
            return new SafetensorsFile(file, SafetensorsHeaderReader.Read(file.Stream, file.Length, path));
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>
    /// The tensor of that name, or null. A writer that drops a shared (tied) tensor notes "dropped name": "kept name" in the
    /// metadata; the dropped name then finds the kept tensor.
    /// </summary>
    /// <param name="name">Exact name.</param>
    /// <returns>The tensor or null.</returns>
    public override TensorInfo? Find(string name) =>
        base.Find(name) ?? (Metadata.TryGetValue(name, out string? kept) ? base.Find(kept) : null);
}
