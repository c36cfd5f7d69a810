namespace Jevons.Formats;

/// <summary>All that a safetensors file says before its tensor data.</summary>
/// <param name="Metadata">The <c>__metadata__</c> map, empty when absent.</param>
/// <param name="Tensors">Tensors in header order, with offsets from the start of the file.</param>
internal sealed record SafetensorsHeader(IReadOnlyDictionary<string, string> Metadata, TensorEntry[] Tensors)
{
    /// <summary>Key of the metadata map.</summary>
    public const string MetadataKey = "__metadata__";

    /// <summary>Largest header that the format allows.</summary>
    public const int LargestBytes = 100_000_000;
}
