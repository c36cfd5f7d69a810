namespace Jevons.Hub;

/// <summary>The files of a repository that make one model.</summary>
/// <param name="Variant">The quantisation label, the file's stem where it has none, or <see cref="ModelName.Safetensors"/>.</param>
/// <param name="Entry">The path to open: the (first) GGUF file, or an empty text for the folder itself.</param>
/// <param name="Files">All files, the entry first.</param>
public sealed record FileSet(string Variant, string Entry, IReadOnlyList<HubFile> Files)
{
    /// <summary>The sum of the sizes that the hub lists.</summary>
    public long Size => Files.Sum(f => f.Size ?? 0);
}
