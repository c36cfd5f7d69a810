using System.Text.Json;

namespace Jevons.Formats;

/// <summary>
/// Parses a safetensors header: 64-bit length, then a JSON object of tensors and an optional metadata map. Data must follow
/// the header without holes or overlaps, as the format demands; it may be cut short, since a header alone is worth reading.
/// Source: the format's own description (huggingface/safetensors, "Format").
/// </summary>
internal sealed class SafetensorsHeaderReader
{
    private const int LengthBytes = 8;

    private readonly string _file;
    private readonly long _dataOffset;
    private readonly Dictionary<string, string> _metadata = new(StringComparer.Ordinal);
    private readonly List<TensorEntry> _tensors = [];
    private bool _hasMetadata;

    private SafetensorsHeaderReader(string file, long dataOffset)
    {
        _file = file;
        _dataOffset = dataOffset;
    }

    /// <summary>Reads the header at the start of <paramref name="stream"/>.</summary>
    /// <param name="stream">Read forwards, little beyond the header's end.</param>
    /// <param name="length">Bytes of the file.</param>
    /// <param name="file">Path for messages.</param>
    /// <returns>The header.</returns>
    /// <exception cref="InvalidDataException">The header is damaged.</exception>
    public static SafetensorsHeader Read(Stream stream, long length, string file)
    {
        HeaderReader bytes = new(stream, length, file) { Field = "header length" };
        ulong headerLength = bytes.ReadUInt64();
        if (headerLength > SafetensorsHeader.LargestBytes || headerLength > (ulong)bytes.Remaining || headerLength < 2)
        {
            throw bytes.Bad(
                0,
                $"found {headerLength}, expected 2 to {Math.Min(SafetensorsHeader.LargestBytes, bytes.Remaining)}; "
                + $"the file is truncated, damaged or no safetensors file ({FileKind.Describe((uint)headerLength)})");
        }

        bytes.Field = "header";
        byte first = bytes.ReadByte();
        if (first != (byte)'{')
        {
            throw bytes.Bad(LengthBytes, $"found byte 0x{first:X2}, expected '{{'; this is no safetensors file");
        }

        // The first byte is read on its own, so that a length without a header behind it allocates nothing.
        byte[] rest = bytes.ReadArray<byte>((int)headerLength - 1);
        byte[] json = [first, .. rest];
        SafetensorsHeaderReader reader = new(file, LengthBytes + (long)headerLength);
        reader.ReadObject(json);
        TensorEntry[] tensors = [.. reader._tensors];
        reader.ThrowIfNotContiguous(tensors, length);
        return new SafetensorsHeader(reader._metadata, tensors);
    }

    private void ReadObject(ReadOnlySpan<byte> json)
    {
        Utf8JsonReader reader = new(json);
        try
        {
            HashSet<string> names = new(StringComparer.Ordinal);
            reader.Read();
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                long at = reader.TokenStartIndex;
                string name = reader.GetString()!;
                reader.Read();
                if (string.Equals(name, SafetensorsHeader.MetadataKey, StringComparison.Ordinal))
                {
                    ReadMetadata(ref reader);
                }
                else if (names.Add(name))
                {
                    _tensors.Add(ReadTensor(ref reader, name));
                }
                else
                {
                    throw Bad(at, name, "the name occurs twice; the file is damaged");
                }
            }

            // Reads on behind the object: anything but white space is an error of the JSON reader.
            while (reader.Read())
            {
            }
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw new InvalidDataException(
                $"{_file}: header at byte {LengthBytes + reader.TokenStartIndex}: not valid JSON ({e.Message}); the file is damaged", e);
        }
    }

    private void ReadMetadata(ref Utf8JsonReader reader)
    {
        if (_hasMetadata || reader.TokenType != JsonTokenType.StartObject)
        {
            throw Bad(reader.TokenStartIndex, SafetensorsHeader.MetadataKey, "expected one object of strings; the file is damaged");
        }

        _hasMetadata = true;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            string key = reader.GetString()!;
            reader.Read();
            if (reader.TokenType != JsonTokenType.String || !_metadata.TryAdd(key, reader.GetString()!))
            {
                throw Bad(
                    reader.TokenStartIndex, SafetensorsHeader.MetadataKey,
                    $"key {BadFile.Quote(key)} is no string or occurs twice; the file is damaged");
            }
        }
    }

    private TensorEntry ReadTensor(ref Utf8JsonReader reader, string name)
    {
        long at = reader.TokenStartIndex;
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            throw Bad(at, name, $"found {reader.TokenType}, expected an object with dtype, shape and data_offsets");
        }

        string? dtype = null;
        long[]? shape = null, offsets = null;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            long field = reader.TokenStartIndex;
            bool repeated = false;
            if (reader.ValueTextEquals("dtype"u8))
            {
                repeated = dtype is not null;
                reader.Read();
                dtype = reader.TokenType == JsonTokenType.String ? reader.GetString() : null;
                if (dtype is null)
                {
                    throw Bad(reader.TokenStartIndex, name, $"dtype is {reader.TokenType}, expected a string");
                }
            }
            else if (reader.ValueTextEquals("shape"u8))
            {
                repeated = shape is not null;
                shape = ReadNumbers(ref reader, name, "shape");
            }
            else if (reader.ValueTextEquals("data_offsets"u8))
            {
                repeated = offsets is not null;
                offsets = ReadNumbers(ref reader, name, "data_offsets");
            }
            else
            {
                reader.Skip();
            }

            if (repeated)
            {
                throw Bad(field, name, "a field occurs twice; the file is damaged");
            }
        }

        if (dtype is null || shape is null || offsets is null)
        {
            string missing = dtype is null ? "dtype" : shape is null ? "shape" : "data_offsets";
            throw Bad(at, name, $"{missing} is missing");
        }

        return Describe(at, name, dtype, shape, offsets);
    }

    private TensorEntry Describe(long at, string name, string dtype, long[] shape, long[] offsets)
    {
        if (offsets.Length != 2 || offsets[0] > offsets[1] || offsets[1] > long.MaxValue - _dataOffset)
        {
            throw Bad(at, name, $"data_offsets are [{Short(offsets)}], expected [begin, end] with begin <= end");
        }

        long bytes = offsets[1] - offsets[0];
        long elements = 1;
        foreach (long dim in shape)
        {
            // 64 bits is the widest element, so a product below this bound gives a byte count below 2^63.
            if (dim > 0 && elements > long.MaxValue / 64 / dim)
            {
                throw Bad(at, name, $"shape [{Short(shape)}] has more elements than any file can hold");
            }

            elements *= dim;
        }

        if (SafetensorsTypes.Bits(dtype) is { } bits && (elements * bits % 8 != 0 || elements * bits / 8 != bytes))
        {
            throw Bad(at, name, $"data_offsets span {bytes} bytes, expected {elements} elements of {bits} bits ({dtype} [{Short(shape)}])");
        }

        return new TensorEntry(name, SafetensorsTypes.Resolve(dtype), dtype, shape, _dataOffset + offsets[0], bytes);
    }

    private long[] ReadNumbers(ref Utf8JsonReader reader, string name, string field)
    {
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartArray)
        {
            throw Bad(reader.TokenStartIndex, name, $"{field} is {reader.TokenType}, expected an array of integers");
        }

        List<long> numbers = [];
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (reader.TokenType != JsonTokenType.Number || !reader.TryGetInt64(out long number) || number < 0)
            {
                throw Bad(reader.TokenStartIndex, name, $"{field} holds something else than an integer from 0 to 2^63 - 1");
            }

            numbers.Add(number);
        }

        return [.. numbers];
    }

    private void ThrowIfNotContiguous(TensorEntry[] tensors, long length)
    {
        TensorLayout.ThrowIfOverlapping(tensors, _file);
        TensorEntry[] ordered = [.. tensors];
        Array.Sort(ordered, static (a, b) => (a.Offset, a.ByteLength).CompareTo((b.Offset, b.ByteLength)));
        long end = _dataOffset;
        foreach (TensorEntry tensor in ordered)
        {
            if (tensor.Offset != end)
            {
                throw BadFile.Because(
                    _file,
                    $"tensor {BadFile.Quote(tensor.Name)} begins at byte {tensor.Offset}, expected {end} (no holes); the file is damaged");
            }

            end += tensor.ByteLength;
        }

        if (length > end)
        {
            throw BadFile.Because(_file, $"the last tensor ends at byte {end}, and the file has {length} bytes; the file is damaged");
        }
    }

    private InvalidDataException Bad(long at, string name, string message) =>
        BadFile.At(_file, LengthBytes + at, $"tensor {BadFile.Quote(name)}", message);

    private static string Short(long[] numbers)
    {
        const int shown = 8;
        return numbers.Length <= shown ? string.Join(", ", numbers) : string.Join(", ", numbers.Take(shown)) + ", ...";
    }
}
