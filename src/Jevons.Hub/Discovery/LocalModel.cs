namespace Jevons.Hub;

/// <summary>A model as files on this machine, before it has a name.</summary>
/// <param name="Path">The file or folder to open.</param>
/// <param name="Stem">The file's stem without part numbers, or the folder's name.</param>
/// <param name="Quant">The label at the stem's end, or null.</param>
/// <param name="Size">Bytes of weights.</param>
internal sealed record LocalModel(string Path, string Stem, string? Quant, long Size);
