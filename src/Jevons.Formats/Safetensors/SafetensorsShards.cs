namespace Jevons.Formats;

/// <summary>
/// A safetensors checkpoint in several files, named by an index (<c>model.safetensors.index.json</c>). The index decides which
/// file a tensor is read from; tensors that it does not name are not part of the checkpoint.
/// </summary>
public sealed class SafetensorsShards : Checkpoint
{
    private SafetensorsShards(string path, IReadOnlyList<TensorInfo> tensors, IReadOnlyList<MappedFile> files)
        : base(path, tensors, files)
    {
    }

    /// <summary>Opens all files that an index names.</summary>
    /// <param name="indexPath">Path of the index; the files lie beside it.</param>
    /// <returns>The open checkpoint.</returns>
    /// <exception cref="InvalidDataException">The index or a file is damaged or missing, or a tensor is not in its file.</exception>
    /// <exception cref="IOException">The index cannot be opened.</exception>
    public static SafetensorsShards Open(string indexPath)
    {
        SafetensorsIndex index = SafetensorsIndex.Parse(BoundedFile.Read(indexPath).Span, indexPath);
        string folder = System.IO.Path.GetDirectoryName(System.IO.Path.GetFullPath(indexPath))!;
        string[] names = [.. index.FileOf.Values.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
        List<MappedFile> files = [];
        try
        {
            List<TensorInfo> tensors = [];
            HashSet<string> found = new(StringComparer.Ordinal);
            foreach (string name in names)
            {
                MappedFile file = OpenShard(System.IO.Path.Combine(folder, name), indexPath);
                files.Add(file);
                foreach (TensorEntry entry in SafetensorsHeaderReader.Read(file.Stream, file.Length, file.Path).Tensors)
                {
                    if (index.FileOf.TryGetValue(entry.Name, out string? owner) && string.Equals(owner, name, StringComparison.Ordinal))
                    {
                        tensors.Add(new TensorInfo(entry, file));
                        found.Add(entry.Name);
                    }
                }
            }

            foreach ((string tensor, string name) in index.FileOf)
            {
                if (!found.Contains(tensor))
                {
                    throw BadFile.Because(
                        indexPath,
                        $"tensor {BadFile.Quote(tensor)} is not in {name}; index and files are not of one model");
                }
            }

            return new SafetensorsShards(indexPath, tensors, files);
        }
        catch
        {
            foreach (MappedFile file in files)
            {
                file.Dispose();
            }

            throw;
        }
    }

    private static MappedFile OpenShard(string path, string indexPath)
    {
        try
        {
            return new MappedFile(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InvalidDataException(
                $"{indexPath}: the index names {path}, which cannot be opened ({e.Message}); download all files into one folder", e);
        }
    }
}
