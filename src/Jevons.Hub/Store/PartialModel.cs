namespace Jevons.Hub;

/// <summary>A model whose pull was begun and not ended.</summary>
/// <param name="Name">Its name in full.</param>
/// <param name="Done">Bytes that are on the disk.</param>
/// <param name="Total">Bytes of the whole, as far as the hub said.</param>
public sealed record PartialModel(string Name, long Done, long Total);
