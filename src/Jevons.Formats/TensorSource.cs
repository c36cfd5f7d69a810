using Jevons.Numerics;

namespace Jevons.Formats;

/// <summary>
/// A tensor to be written: its description, and a callback that streams its bytes when the writer reaches it, so that a file
/// of any size is written without holding it. Immutable.
/// </summary>
public sealed class TensorSource
{
    private const int ChunkBytes = 1 << 20;

    private readonly Action<Stream> _write;

    /// <summary>Describes a tensor.</summary>
    /// <param name="name">Name in the file.</param>
    /// <param name="type">Element type.</param>
    /// <param name="shape">Row-major, outermost first; the last dimension is a multiple of the type's block.</param>
    /// <param name="write">Writes exactly <see cref="ByteLength"/> bytes, little-endian, row-major; called once per written file.</param>
    /// <exception cref="ArgumentException">An empty name, an unknown type, a negative dimension, or a row of broken blocks.</exception>
    /// <exception cref="OverflowException">The tensor exceeds 2^63 - 1 bytes.</exception>
    public TensorSource(string name, TensorType type, IReadOnlyList<long> shape, Action<Stream> write)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        long elements = 1;
        foreach (long dim in shape)
        {
            ArgumentOutOfRangeException.ThrowIfNegative(dim, nameof(shape));
            elements = checked(elements * dim);
        }

        long row = shape.Count == 0 ? 1 : shape[^1];
        if (row % TensorTypes.BlockLength(type) != 0)
        {
            throw new ArgumentException($"{name}: rows of {row} elements are no whole number of {type} blocks", nameof(shape));
        }

        Name = name;
        Type = type;
        Shape = [.. shape];
        ByteLength = TensorTypes.ByteCount(type, elements);
        _write = write;
    }

    /// <summary>Name in the file.</summary>
    public string Name { get; }

    /// <summary>Element type.</summary>
    public TensorType Type { get; }

    /// <summary>Row-major, outermost first.</summary>
    public long[] Shape { get; }

    /// <summary>Bytes of the data.</summary>
    public long ByteLength { get; }

    /// <summary>The same bytes under the same name as a stored tensor, copied from the mapped file when they are written.</summary>
    /// <param name="tensor">A tensor of an open checkpoint, which stays open until the writer is done.</param>
    /// <returns>The source.</returns>
    /// <exception cref="InvalidDataException">The tensor's type cannot be computed with.</exception>
    public static TensorSource From(TensorInfo tensor) =>
        new(tensor.Name, tensor.Type, tensor.Shape, stream => Copy(tensor.Data, stream));

    /// <summary>A tensor whose bytes are in memory.</summary>
    /// <param name="name">Name in the file.</param>
    /// <param name="type">Element type.</param>
    /// <param name="shape">Row-major, outermost first.</param>
    /// <param name="bytes">The data, little-endian; kept, not copied.</param>
    /// <returns>The source.</returns>
    public static TensorSource FromBytes(string name, TensorType type, IReadOnlyList<long> shape, ReadOnlyMemory<byte> bytes) =>
        new(name, type, shape, stream => stream.Write(bytes.Span));

    /// <summary>Streams the bytes and checks their number.</summary>
    internal void WriteTo(Stream stream)
    {
        ExactStream exact = new(stream, ByteLength, $"tensor '{Name}'");
        _write(exact);
        exact.ThrowIfShort();
    }

    private static void Copy(MemoryRegion region, Stream stream)
    {
        for (long offset = 0; offset < region.Length; offset += ChunkBytes)
        {
            stream.Write(region.AsSpan<byte>(offset, (int)Math.Min(ChunkBytes, region.Length - offset)));
        }
    }
}
