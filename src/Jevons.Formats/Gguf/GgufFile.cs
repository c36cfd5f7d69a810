namespace Jevons.Formats;

/// <summary>
/// A model in GGUF: version 2 or 3, little-endian, in one file or split into shards (any shard opens the whole). Opening
/// reads the headers; tensor data is mapped on first use. Source: GGUF v3 specification; split names as llama.cpp writes them.
/// </summary>
public sealed class GgufFile : Checkpoint
{
    private GgufFile(string path, GgufHeader header, IReadOnlyList<TensorInfo> tensors, IReadOnlyList<MappedFile> files)
        : base(path, tensors, files)
    {
        Metadata = header.Metadata;
        Version = header.Version;
        Alignment = header.Alignment;
    }

    /// <summary>Key-value pairs; those of the first shard when the file is split.</summary>
    public GgufMetadata Metadata { get; }

    /// <summary>GGUF version, 2 or 3.</summary>
    public int Version { get; }

    /// <summary>Alignment of tensor data in bytes: <c>general.alignment</c>, 32 when absent.</summary>
    public int Alignment { get; }

    /// <summary>Opens a file, and its sibling shards when it is one of several.</summary>
    /// <param name="path">A GGUF file of any name; shards are named <c>x-00001-of-00003.gguf</c>.</param>
    /// <returns>The open file.</returns>
    /// <exception cref="InvalidDataException">No GGUF file, a damaged one, or shards missing or not of one model.</exception>
    /// <exception cref="IOException">The file cannot be opened.</exception>
    public static GgufFile Open(string path)
    {
        List<MappedFile> files = [];
        try
        {
            files.Add(new MappedFile(path));
            GgufHeader header = ReadHeader(files[0]);
            int shards = GgufShards.CountIn(header.Metadata);
            if (shards > 1)
            {
                return OpenShards(path, header, shards, files);
            }

            return new GgufFile(path, header, [.. header.Tensors.Select(t => new TensorInfo(t, files[0]))], files);
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

    private static GgufFile OpenShards(string path, GgufHeader opened, int count, List<MappedFile> files)
    {
        string[] paths = GgufShards.PathsOf(path, opened.Metadata, count);
        MappedFile own = files[0];
        files.Clear();
        List<TensorInfo> tensors = [];
        GgufHeader? first = null;
        try
        {
            for (int i = 0; i < count; i++)
            {
                bool isOwn = string.Equals(paths[i], path, StringComparison.Ordinal);
                MappedFile file = isOwn ? own : GgufShards.OpenSibling(paths[i], i, count);
                files.Add(file);
                GgufHeader header = isOwn ? opened : ReadHeader(file);
                GgufShards.ThrowIfNotShard(header.Metadata, i, count);
                first ??= header;
                tensors.AddRange(header.Tensors.Select(t => new TensorInfo(t, file)));
            }
        }
        finally
        {
            if (!files.Contains(own))
            {
                files.Add(own);
            }
        }

        GgufShards.ThrowIfIncomplete(first!.Metadata, tensors.Count);
        return new GgufFile(path, first, tensors, files);
    }

    private static GgufHeader ReadHeader(MappedFile file) => GgufHeaderReader.Read(file.Stream, file.Length, file.Path);
}
