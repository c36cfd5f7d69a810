namespace Jevons.Formats;

/// <summary>All that a GGUF file says before its tensor data.</summary>
/// <param name="Version">2 or 3.</param>
/// <param name="Metadata">Key-value pairs.</param>
/// <param name="Tensors">Tensors in file order, with offsets from the start of the file.</param>
/// <param name="Alignment">general.alignment, 32 when absent.</param>
/// <param name="DataOffset">First byte of the tensor data.</param>
internal sealed record GgufHeader(
    int Version, GgufMetadata Metadata, IReadOnlyList<TensorEntry> Tensors, int Alignment, long DataOffset)
{
    /// <summary>Key of the alignment of tensor data.</summary>
    public const string AlignmentKey = "general.alignment";

    /// <summary>Alignment of a file that does not name one.</summary>
    public const int DefaultAlignment = 32;

    /// <summary>Most dimensions of a tensor.</summary>
    public const int MaxDims = 4;

    /// <summary>Longest key or tensor name in bytes ("GGUF v3": at most 2^16 - 1).</summary>
    public const int MaxNameBytes = ushort.MaxValue;

    /// <summary>Deepest array of arrays.</summary>
    public const int MaxArrayDepth = 4;
}
