using System.Text;
using Jevons.Numerics;

namespace Jevons.Formats;

/// <summary>
/// Parses a GGUF header, version 2 or 3, little-endian. Every count is checked against the bytes that are left, every
/// product is checked for overflow, and tensors may neither overlap nor lie misaligned; a tensor may end beyond the file,
/// since a header alone is worth reading. Source: GGUF v3 specification, "File structure".
/// </summary>
internal sealed class GgufHeaderReader
{
    private const int LeastPairBytes = 8 + 4 + 1;
    private const int LeastTensorBytes = 8 + 4 + 8 + 4 + 8;
    private const int LongestStringBytes = 64 << 20;

    private static readonly UTF8Encoding s_strictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private readonly HeaderReader _reader;

    private GgufHeaderReader(HeaderReader reader)
    {
        _reader = reader;
    }

    /// <summary>Reads the header at the start of <paramref name="stream"/>.</summary>
    /// <param name="stream">Read forwards, little beyond the header's end.</param>
    /// <param name="length">Bytes of the file.</param>
    /// <param name="file">Path for messages.</param>
    /// <returns>The header.</returns>
    /// <exception cref="InvalidDataException">The header is damaged, or of a kind that is not read.</exception>
    public static GgufHeader Read(Stream stream, long length, string file) =>
        new GgufHeaderReader(new HeaderReader(stream, length, file)).Read();

    private GgufHeader Read()
    {
        int version = ReadVersion();
        _reader.Field = "tensor count";
        int tensorCount = _reader.ReadCount(LeastTensorBytes, "tensors");
        _reader.Field = "metadata count";
        int pairCount = _reader.ReadCount(LeastPairBytes, "metadata pairs");

        GgufMetadata metadata = new(_reader.File);
        for (int i = 0; i < pairCount; i++)
        {
            ReadPair(metadata, i);
        }

        int alignment = ReadAlignment(metadata);
        TensorEntry[] tensors = ReadTensors(tensorCount, alignment);
        _reader.Field = "tensor data";
        long dataOffset = checked((_reader.Position + alignment - 1) / alignment * alignment);
        for (int i = 0; i < tensors.Length; i++)
        {
            if (tensors[i].Offset > long.MaxValue - tensors[i].ByteLength - dataOffset)
            {
                throw BadFile.Because(_reader.File, $"tensor {BadFile.Quote(tensors[i].Name)} ends beyond 2^63 bytes; the file is damaged");
            }

            tensors[i] = tensors[i] with { Offset = dataOffset + tensors[i].Offset };
        }

        TensorLayout.ThrowIfOverlapping(tensors, _reader.File);
        return new GgufHeader(version, metadata, tensors, alignment, dataOffset);
    }

    private int ReadVersion()
    {
        _reader.Field = "magic";
        uint magic = _reader.ReadUInt32();
        if (magic != FileKind.Gguf)
        {
            throw BadFile.Because(_reader.File, $"{FileKind.Describe(magic)}, expected a GGUF file (\"GGUF\" at byte 0)");
        }

        _reader.Field = "version";
        uint version = _reader.ReadUInt32();
        if ((version & 0xFFFF) == 0 && version != 0)
        {
            throw _reader.Bad(4, "the file is big-endian; use a little-endian one");
        }

        if (version is not (2 or 3))
        {
            string advice = version == 1
                ? "version 1 is from 2023 and no longer read, convert the model again"
                : "the file is damaged or newer than this program";
            throw _reader.Bad(4, $"found GGUF version {version}, expected 2 or 3; {advice}");
        }

        return (int)version;
    }

    private void ReadPair(GgufMetadata metadata, int index)
    {
        _reader.Field = "metadata key";
        long offset = _reader.Position;
        string key = ReadName();
        if (key.Length == 0)
        {
            throw _reader.Bad(offset, $"key {index} is empty");
        }

        _reader.Field = $"key {BadFile.Quote(key)}";
        GgufValue value = ReadValue(ReadValueType(), depth: 0);
        if (!metadata.TryAdd(key, value))
        {
            throw _reader.Damaged(offset, "the key occurs twice");
        }
    }

    private GgufValueType ReadValueType()
    {
        long offset = _reader.Position;
        uint type = _reader.ReadUInt32();
        return type <= (uint)GgufValueType.Float64
            ? (GgufValueType)type
            : throw _reader.Damaged(offset, $"found value type {type}, expected 0 to 12");
    }

    private GgufValue ReadValue(GgufValueType type, int depth) => type switch
    {
        GgufValueType.UInt8 => GgufValue.Of(_reader.ReadByte()),
        GgufValueType.Int8 => GgufValue.Of((sbyte)_reader.ReadByte()),
        GgufValueType.UInt16 => GgufValue.Of(_reader.ReadUInt16()),
        GgufValueType.Int16 => GgufValue.Of((short)_reader.ReadUInt16()),
        GgufValueType.UInt32 => GgufValue.Of(_reader.ReadUInt32()),
        GgufValueType.Int32 => GgufValue.Of((int)_reader.ReadUInt32()),
        GgufValueType.Float32 => new GgufValue(type, _reader.ReadUInt32()),
        GgufValueType.Bool => GgufValue.Of(ReadBool()),
        GgufValueType.String => GgufValue.OfUtf8(ReadStringBytes()),
        GgufValueType.UInt64 => GgufValue.Of(_reader.ReadUInt64()),
        GgufValueType.Int64 => GgufValue.Of((long)_reader.ReadUInt64()),
        GgufValueType.Float64 => new GgufValue(type, _reader.ReadUInt64()),
        _ => ReadArray(depth),
    };

    private bool ReadBool()
    {
        long offset = _reader.Position;
        byte value = _reader.ReadByte();
        return value <= 1 ? value == 1 : throw _reader.Damaged(offset, $"found a Bool of {value}, expected 0 or 1");
    }

    private GgufValue ReadArray(int depth)
    {
        GgufValueType element = ReadValueType();
        int least = element switch
        {
            GgufValueType.UInt8 or GgufValueType.Int8 or GgufValueType.Bool => 1,
            GgufValueType.UInt16 or GgufValueType.Int16 => 2,
            GgufValueType.UInt32 or GgufValueType.Int32 or GgufValueType.Float32 => 4,
            GgufValueType.Array => 12,
            _ => 8,
        };
        int count = _reader.ReadCount(least, "array elements");
        return element switch
        {
            GgufValueType.UInt8 => GgufValue.OfArray(_reader.ReadArray<byte>(count)),
            GgufValueType.Int8 => GgufValue.OfArray(_reader.ReadArray<sbyte>(count)),
            GgufValueType.UInt16 => GgufValue.OfArray(_reader.ReadArray<ushort>(count)),
            GgufValueType.Int16 => GgufValue.OfArray(_reader.ReadArray<short>(count)),
            GgufValueType.UInt32 => GgufValue.OfArray(_reader.ReadArray<uint>(count)),
            GgufValueType.Int32 => GgufValue.OfArray(_reader.ReadArray<int>(count)),
            GgufValueType.Float32 => GgufValue.OfArray(_reader.ReadArray<float>(count)),
            GgufValueType.UInt64 => GgufValue.OfArray(_reader.ReadArray<ulong>(count)),
            GgufValueType.Int64 => GgufValue.OfArray(_reader.ReadArray<long>(count)),
            GgufValueType.Float64 => GgufValue.OfArray(_reader.ReadArray<double>(count)),
            GgufValueType.Bool => ReadBools(count),
            GgufValueType.String => GgufValue.OfArray(ReadStrings(count)),
            _ => ReadArrays(count, depth + 1),
        };
    }

    private GgufValue ReadBools(int count)
    {
        long offset = _reader.Position;
        byte[] bytes = _reader.ReadArray<byte>(count);
        int bad = bytes.AsSpan().IndexOfAnyExceptInRange((byte)0, (byte)1);
        return bad < 0
            ? GgufValue.OfArray(Array.ConvertAll(bytes, b => b == 1))
            : throw _reader.Damaged(offset + bad, $"found a Bool of {bytes[bad]}, expected 0 or 1");
    }

    private GgufValue ReadArrays(int count, int depth)
    {
        if (depth >= GgufHeader.MaxArrayDepth)
        {
            throw _reader.Damaged(_reader.Position, $"arrays nest deeper than {GgufHeader.MaxArrayDepth}");
        }

        List<GgufValue> values = [];
        for (int i = 0; i < count; i++)
        {
            values.Add(ReadArray(depth));
        }

        return GgufValue.OfArray([.. values]);
    }

    private GgufStrings ReadStrings(int count)
    {
        const int firstCapacity = 4096;
        const int guessedBytesPerString = 8;
        int[] ends = new int[Math.Min(count, firstCapacity)];
        byte[] bytes = new byte[(int)Math.Min(_reader.Remaining, (long)ends.Length * guessedBytesPerString)];
        int end = 0;
        for (int i = 0; i < count; i++)
        {
            int length = ReadStringLength();
            if (i == ends.Length)
            {
                Array.Resize(ref ends, (int)Math.Min(count, ends.Length * 2L));
            }

            if (length > bytes.Length - end)
            {
                Array.Resize(ref bytes, (int)Math.Max(end + (long)length, Math.Min(end + _reader.Remaining, bytes.Length * 2L)));
            }

            _reader.Read(bytes.AsSpan(end, length));
            end += length;
            ends[i] = end;
        }

        Array.Resize(ref bytes, end);
        return new GgufStrings(bytes, ends);
    }

    private byte[] ReadStringBytes() => _reader.ReadArray<byte>(ReadStringLength());

    private int ReadStringLength()
    {
        long offset = _reader.Position;
        ulong length = _reader.ReadUInt64();
        if (length > (ulong)_reader.Remaining || length > LongestStringBytes)
        {
            throw _reader.Bad(
                offset,
                $"found a string of {length} bytes, expected at most {Math.Min(_reader.Remaining, LongestStringBytes)}; "
                + "the file is truncated or damaged");
        }

        return (int)length;
    }

    private string ReadName()
    {
        long offset = _reader.Position;
        int length = ReadStringLength();
        if (length > GgufHeader.MaxNameBytes)
        {
            throw _reader.Damaged(offset, $"found a name of {length} bytes, expected at most {GgufHeader.MaxNameBytes}");
        }

        byte[] utf8 = _reader.ReadArray<byte>(length);
        try
        {
            return s_strictUtf8.GetString(utf8);
        }
        catch (DecoderFallbackException)
        {
            throw _reader.Damaged(offset, "the name is not UTF-8");
        }
    }

    internal static int ReadAlignment(GgufMetadata metadata)
    {
        if (metadata.Find(GgufHeader.AlignmentKey) is not { } value)
        {
            return GgufHeader.DefaultAlignment;
        }

        return value.TryGetInt64(out long alignment) && alignment is > 0 and <= (1 << 30) && long.IsPow2(alignment)
            ? (int)alignment
            : throw metadata.Wrong(GgufHeader.AlignmentKey, value, "an integer power of two up to 2^30");
    }

    private TensorEntry[] ReadTensors(int count, int alignment)
    {
        List<TensorEntry> tensors = [];
        HashSet<string> names = new(StringComparer.Ordinal);
        for (int i = 0; i < count; i++)
        {
            _reader.Field = $"tensor {i}";
            long start = _reader.Position;
            string name = ReadName();
            _reader.Field = $"tensor {BadFile.Quote(name)}";
            if (!names.Add(name))
            {
                throw _reader.Damaged(start, "the name occurs twice");
            }

            tensors.Add(ReadTensor(name, alignment));
        }

        return [.. tensors];
    }

    private TensorEntry ReadTensor(string name, int alignment)
    {
        long offset = _reader.Position;
        uint dims = _reader.ReadUInt32();
        if (dims is 0 or > GgufHeader.MaxDims)
        {
            throw _reader.Damaged(offset, $"found {dims} dimensions, expected 1 to {GgufHeader.MaxDims}");
        }

        // The file lists the contiguous dimension first; a shape here lists it last.
        long[] shape = new long[dims];
        long elements = 1;
        for (int i = shape.Length - 1; i >= 0; i--)
        {
            offset = _reader.Position;
            ulong dim = _reader.ReadUInt64();
            if (dim == 0 || dim > (ulong)(long.MaxValue / elements))
            {
                throw _reader.Damaged(offset, $"found a dimension of {dim}, expected at least 1 and fewer than 2^63 elements in all");
            }

            shape[i] = (long)dim;
            elements *= shape[i];
        }

        offset = _reader.Position;
        uint id = _reader.ReadUInt32();
        TensorType type = GgufTypeIds.Resolve(id) ?? throw _reader.Bad(offset, GgufTypeIds.Refuse(id));
        int blockLength = TensorTypes.BlockLength(type);
        if (shape[^1] % blockLength != 0)
        {
            throw _reader.Damaged(offset, $"found rows of {shape[^1]} elements of type {type}, expected a multiple of {blockLength}");
        }

        if (elements / blockLength > long.MaxValue / TensorTypes.BlockBytes(type))
        {
            throw _reader.Damaged(offset, $"{elements} elements of type {type} exceed 2^63 bytes");
        }

        offset = _reader.Position;
        ulong dataOffset = _reader.ReadUInt64();
        if (dataOffset > long.MaxValue || dataOffset % (ulong)alignment != 0)
        {
            throw _reader.Damaged(offset, $"found data offset {dataOffset}, expected a multiple of {GgufHeader.AlignmentKey} {alignment}");
        }

        return new TensorEntry(name, type, type.ToString(), shape, (long)dataOffset, TensorTypes.ByteCount(type, elements));
    }
}
