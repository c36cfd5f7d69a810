using System.Runtime.InteropServices;
using System.Text;

namespace Jevons.Formats;

/// <summary>
/// Writes GGUF version 3, little-endian: header, then each tensor padded to <c>general.alignment</c> (32 when the metadata does
/// not say), as ggml lays files out; a file that ggml wrote is reproduced byte for byte. Tensor data is streamed. The files
/// appear under their names only when all are complete. Source: GGUF v3 specification, "File structure".
/// </summary>
public static class GgufWriter
{
    private const uint Version = 3;

    // ggml keeps names in 64 bytes, terminator included.
    private const int LongestTensorName = 63;

    /// <summary>Writes one file, or several shards when the options set a limit that one file would pass.</summary>
    /// <param name="path">Path of the file; shards replace its <c>.gguf</c> by <c>-00001-of-0000N.gguf</c>.</param>
    /// <param name="metadata">Key-value pairs, written in their order. Of a split source the <c>split.*</c> keys are dropped.</param>
    /// <param name="tensors">Tensors, written in their order; each is asked for its bytes once.</param>
    /// <param name="options">Shard limits; null writes one file.</param>
    /// <returns>Paths of the files written, in shard order.</returns>
    /// <exception cref="ArgumentException">A name occurs twice or is too long, or a type or shape that GGUF does not have.</exception>
    /// <exception cref="InvalidDataException"><c>general.alignment</c> or <c>split.count</c> of the metadata is no valid number.</exception>
    /// <exception cref="InvalidOperationException">A source wrote another number of bytes than announced.</exception>
    /// <exception cref="IOException">A file cannot be written.</exception>
    public static IReadOnlyList<string> Write(
        string path, GgufMetadata metadata, IReadOnlyList<TensorSource> tensors, GgufWriteOptions? options = null)
    {
        ThrowIfUnwritable(tensors);
        List<ArraySegment<TensorSource>> parts = Divide([.. tensors], options ?? new GgufWriteOptions());
        GgufMetadata whole = new(metadata);
        if (GgufShards.CountIn(metadata) > 1)
        {
            whole.Remove(GgufShards.IndexKey);
            whole.Remove(GgufShards.CountKey);
            whole.Remove(GgufShards.TensorsKey);
        }

        List<PartialFile> files = [];
        try
        {
            List<string> paths = [];
            for (int i = 0; i < parts.Count; i++)
            {
                bool isSplit = parts.Count > 1;
                paths.Add(isSplit ? GgufShards.PathOf(WithoutExtension(path), i, parts.Count) : path);
                files.Add(new PartialFile(paths[i]));
                WriteFile(files[i].Stream, isSplit ? ShardMetadata(whole, i, parts.Count, tensors.Count) : whole, parts[i]);
                files[i].Complete();
            }

            // The first shard, by which a split model is opened, gets its name last.
            for (int i = files.Count - 1; i >= 0; i--)
            {
                files[i].Commit();
            }

            return paths;
        }
        finally
        {
            foreach (PartialFile file in files)
            {
                file.Dispose();
            }
        }
    }

    private static GgufMetadata ShardMetadata(GgufMetadata whole, int index, int count, int tensors)
    {
        GgufMetadata metadata = index == 0 ? new GgufMetadata(whole) : new GgufMetadata();
        if (index > 0 && whole.Find(GgufHeader.AlignmentKey) is { } alignment)
        {
            metadata.Set(GgufHeader.AlignmentKey, alignment);
        }

        metadata.Set(GgufShards.IndexKey, GgufValue.Of((ushort)index));
        metadata.Set(GgufShards.CountKey, GgufValue.Of((ushort)count));
        metadata.Set(GgufShards.TensorsKey, GgufValue.Of(tensors));
        return metadata;
    }

    private static void WriteFile(Stream stream, GgufMetadata metadata, IReadOnlyList<TensorSource> tensors)
    {
        int alignment = GgufHeaderReader.ReadAlignment(metadata);
        using BinaryWriter writer = new(stream, Encoding.UTF8, leaveOpen: true);
        writer.Write(FileKind.Gguf);
        writer.Write(Version);
        writer.Write((long)tensors.Count);
        writer.Write((long)metadata.Count);
        foreach ((string key, GgufValue value) in metadata)
        {
            WriteString(writer, Encoding.UTF8.GetBytes(key));
            writer.Write((uint)value.Type);
            WriteValue(writer, value);
        }

        long offset = 0;
        foreach (TensorSource tensor in tensors)
        {
            WriteString(writer, Encoding.UTF8.GetBytes(tensor.Name));
            writer.Write((uint)tensor.Shape.Length);
            for (int i = tensor.Shape.Length - 1; i >= 0; i--)
            {
                writer.Write(tensor.Shape[i]);
            }

            writer.Write((uint)tensor.Type);
            writer.Write(offset);
            offset = checked(offset + tensor.ByteLength + Padding(tensor.ByteLength, alignment));
        }

        if (tensors.Count > 0)
        {
            WritePadding(writer, Padding(stream.Position, alignment));
        }

        foreach (TensorSource tensor in tensors)
        {
            tensor.WriteTo(stream);
            WritePadding(writer, Padding(tensor.ByteLength, alignment));
        }
    }

    private static void WriteValue(BinaryWriter writer, GgufValue value)
    {
        switch (value.Type)
        {
            case GgufValueType.UInt8 or GgufValueType.Int8 or GgufValueType.Bool:
                writer.Write((byte)value.Bits);
                break;
            case GgufValueType.UInt16 or GgufValueType.Int16:
                writer.Write((ushort)value.Bits);
                break;
            case GgufValueType.UInt32 or GgufValueType.Int32 or GgufValueType.Float32:
                writer.Write((uint)value.Bits);
                break;
            case GgufValueType.UInt64 or GgufValueType.Int64 or GgufValueType.Float64:
                writer.Write(value.Bits);
                break;
            case GgufValueType.String:
                WriteString(writer, (byte[])value.Data!);
                break;
            default:
                writer.Write((uint)value.ElementType!.Value);
                writer.Write((long)value.Count);
                WriteElements(writer, value);
                break;
        }
    }

    private static void WriteElements(BinaryWriter writer, GgufValue array)
    {
        switch (array.ElementType)
        {
            case GgufValueType.String:
                GgufStrings strings = (GgufStrings)array.Data!;
                for (int i = 0; i < strings.Count; i++)
                {
                    WriteString(writer, strings.Utf8(i));
                }

                break;
            case GgufValueType.Array:
                foreach (GgufValue inner in (GgufValue[])array.Data!)
                {
                    WriteValue(writer, inner);
                }

                break;
            case GgufValueType.Bool:
                writer.Write(MemoryMarshal.AsBytes(((bool[])array.Data!).AsSpan()));
                break;
            case GgufValueType.UInt8 or GgufValueType.Int8:
                writer.Write((byte[])array.Data!);
                break;
            case GgufValueType.UInt16 or GgufValueType.Int16:
                writer.Write(MemoryMarshal.AsBytes(((ushort[])array.Data!).AsSpan()));
                break;
            case GgufValueType.UInt32 or GgufValueType.Int32:
                writer.Write(MemoryMarshal.AsBytes(((uint[])array.Data!).AsSpan()));
                break;
            case GgufValueType.Float32:
                writer.Write(MemoryMarshal.AsBytes(((float[])array.Data!).AsSpan()));
                break;
            case GgufValueType.Float64:
                writer.Write(MemoryMarshal.AsBytes(((double[])array.Data!).AsSpan()));
                break;
            default:
                writer.Write(MemoryMarshal.AsBytes(((ulong[])array.Data!).AsSpan()));
                break;
        }
    }

    private static void WriteString(BinaryWriter writer, ReadOnlySpan<byte> utf8)
    {
        writer.Write((long)utf8.Length);
        writer.Write(utf8);
    }

    private static long Padding(long length, int alignment) => (alignment - (length % alignment)) % alignment;

    private static void WritePadding(BinaryWriter writer, long bytes)
    {
        Span<byte> zeros = stackalloc byte[256];
        zeros.Clear();
        for (; bytes > 0; bytes -= Math.Min(bytes, zeros.Length))
        {
            writer.Write(zeros[..(int)Math.Min(bytes, zeros.Length)]);
        }
    }

    private static string WithoutExtension(string path) =>
        path.EndsWith(".gguf", StringComparison.OrdinalIgnoreCase) ? path[..^".gguf".Length] : path;

    private static List<ArraySegment<TensorSource>> Divide(TensorSource[] tensors, GgufWriteOptions options)
    {
        List<ArraySegment<TensorSource>> parts = [];
        int start = 0;
        long bytes = 0;
        for (int i = 0; i < tensors.Length; i++)
        {
            bool isFull = i - start >= (options.MaxShardTensors ?? int.MaxValue)
                || bytes > (options.MaxShardBytes ?? long.MaxValue) - tensors[i].ByteLength;
            if (i > start && isFull)
            {
                parts.Add(new ArraySegment<TensorSource>(tensors, start, i - start));
                start = i;
                bytes = 0;
            }

            bytes = checked(bytes + tensors[i].ByteLength);
        }

        parts.Add(new ArraySegment<TensorSource>(tensors, start, tensors.Length - start));
        return parts.Count <= ushort.MaxValue
            ? parts
            : throw new ArgumentException($"the limits ask for {parts.Count} shards of at most {ushort.MaxValue}", nameof(options));
    }

    private static void ThrowIfUnwritable(IReadOnlyList<TensorSource> tensors)
    {
        HashSet<string> names = new(StringComparer.Ordinal);
        foreach (TensorSource tensor in tensors)
        {
            if (!names.Add(tensor.Name))
            {
                throw new ArgumentException($"tensor '{tensor.Name}' is given twice", nameof(tensors));
            }

            if (Encoding.UTF8.GetByteCount(tensor.Name) > LongestTensorName)
            {
                throw new ArgumentException(
                    $"tensor name '{tensor.Name}' exceeds the {LongestTensorName} bytes that ggml reads", nameof(tensors));
            }

            if (GgufTypeIds.Resolve((uint)tensor.Type) is null)
            {
                throw new ArgumentException($"tensor '{tensor.Name}' is {tensor.Type}, which GGUF does not have", nameof(tensors));
            }

            if (tensor.Shape.Length is 0 or > GgufHeader.MaxDims || tensor.ByteLength == 0)
            {
                throw new ArgumentException(
                    $"tensor '{tensor.Name}' has shape [{string.Join(", ", tensor.Shape)}], "
                    + $"GGUF has 1 to {GgufHeader.MaxDims} dimensions of at least 1",
                    nameof(tensors));
            }
        }
    }
}
