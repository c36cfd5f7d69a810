using System.Buffers;
using System.Buffers.Binary;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Jevons.Formats;

/// <summary>
/// Writes one safetensors file. Tensors of wider elements come first (otherwise in the order given) and the header is padded
/// to 8 bytes, so that every tensor lies aligned to its element size. Tensor data is streamed; the file appears under its name
/// only when it is complete.
/// </summary>
public static class SafetensorsWriter
{
    private const int HeaderAlignment = 8;

    /// <summary>Writes a file.</summary>
    /// <param name="path">Path of the file; its folder exists.</param>
    /// <param name="tensors">Tensors; each is asked for its bytes once.</param>
    /// <param name="metadata">The <c>__metadata__</c> map, such as {"format": "pt"}; null or empty for none.</param>
    /// <exception cref="ArgumentException">A name occurs twice, a type that the format does not have, or a header above 100 MB.</exception>
    /// <exception cref="InvalidOperationException">A source wrote another number of bytes than announced.</exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public static void Write(string path, IEnumerable<TensorSource> tensors, IReadOnlyDictionary<string, string>? metadata = null)
    {
        TensorSource[] ordered = [.. tensors.OrderByDescending(t => Jevons.Numerics.TensorTypes.BlockBytes(t.Type))];
        ReadOnlyMemory<byte> header = Header(ordered, metadata);
        using PartialFile file = new(path);
        Span<byte> length = stackalloc byte[sizeof(ulong)];
        BinaryPrimitives.WriteInt64LittleEndian(length, header.Length);
        file.Stream.Write(length);
        file.Stream.Write(header.Span);
        foreach (TensorSource tensor in ordered)
        {
            tensor.WriteTo(file.Stream);
        }

        file.Commit();
    }

    private static ReadOnlyMemory<byte> Header(TensorSource[] tensors, IReadOnlyDictionary<string, string>? metadata)
    {
        ArrayBufferWriter<byte> buffer = new();
        using (Utf8JsonWriter json = new(buffer, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            json.WriteStartObject();
            WriteMetadata(json, metadata);
            HashSet<string> names = new(StringComparer.Ordinal);
            long offset = 0;
            foreach (TensorSource tensor in tensors)
            {
                if (!names.Add(tensor.Name) || string.Equals(tensor.Name, SafetensorsHeader.MetadataKey, StringComparison.Ordinal))
                {
                    throw new ArgumentException($"tensor '{tensor.Name}' is given twice or has a reserved name", nameof(tensors));
                }

                WriteTensor(json, tensor, ref offset);
            }

            json.WriteEndObject();
        }

        if (buffer.WrittenCount > SafetensorsHeader.LargestBytes - HeaderAlignment)
        {
            throw new ArgumentException(
                $"a header of {buffer.WrittenCount} bytes exceeds the format's {SafetensorsHeader.LargestBytes}", nameof(tensors));
        }

        int padding = (HeaderAlignment - (buffer.WrittenCount % HeaderAlignment)) % HeaderAlignment;
        buffer.GetSpan(HeaderAlignment)[..padding].Fill((byte)' ');
        buffer.Advance(padding);
        return buffer.WrittenMemory;
    }

    private static void WriteMetadata(Utf8JsonWriter json, IReadOnlyDictionary<string, string>? metadata)
    {
        if (metadata is null || metadata.Count == 0)
        {
            return;
        }

        json.WriteStartObject(SafetensorsHeader.MetadataKey);
        foreach ((string key, string value) in metadata)
        {
            json.WriteString(key, value);
        }

        json.WriteEndObject();
    }

    private static void WriteTensor(Utf8JsonWriter json, TensorSource tensor, ref long offset)
    {
        json.WriteStartObject(tensor.Name);
        json.WriteString("dtype", SafetensorsTypes.NameOf(tensor.Type)
            ?? throw new ArgumentException($"tensor '{tensor.Name}' is {tensor.Type}, which safetensors does not have", nameof(tensor)));
        json.WriteStartArray("shape");
        foreach (long dim in tensor.Shape)
        {
            json.WriteNumberValue(dim);
        }

        json.WriteEndArray();
        json.WriteStartArray("data_offsets");
        json.WriteNumberValue(offset);
        offset = checked(offset + tensor.ByteLength);
        json.WriteNumberValue(offset);
        json.WriteEndArray();
        json.WriteEndObject();
    }
}
