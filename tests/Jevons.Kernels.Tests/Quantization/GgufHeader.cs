using System.Buffers.Binary;
using System.Text;
using Jevons.Kernels.Quantization;
using Jevons.Numerics;

namespace Jevons.Kernels.Tests.Quantization;

/// <summary>
/// As much of a GGUF file as these tests compare: integers and strings of the metadata, tensor names, shapes, types and bytes. A
/// second reader, so that the quantisers are tested against the files alone.
/// </summary>
internal sealed class GgufHeader
{
    private readonly byte[] _bytes;
    private readonly Dictionary<string, object> _metadata = new(StringComparer.Ordinal);
    private readonly List<(MixTensor Tensor, long Offset)> _tensors = [];
    private readonly long _data;
    private int _at = 8;

    public GgufHeader(string path, int limit = int.MaxValue)
    {
        using FileStream stream = File.OpenRead(path);
        _bytes = new byte[Math.Min(limit, stream.Length)];
        stream.ReadExactly(_bytes);
        Assert.Equal("GGUF"u8.ToArray(), _bytes[..4]);
        long tensors = (long)UInt64();
        long keys = (long)UInt64();
        for (long k = 0; k < keys; k++)
        {
            string key = Text();
            if (Value(UInt32()) is object value)
            {
                _metadata[key] = value;
            }
        }

        for (long t = 0; t < tensors; t++)
        {
            string name = Text();
            long[] shape = [.. Enumerable.Range(0, (int)UInt32()).Select(_ => (long)UInt64())];
            TensorType type = (TensorType)UInt32();
            _tensors.Add((new MixTensor(name, shape, type), (long)UInt64()));
        }

        long alignment = Number("general.alignment", 32);
        _data = (_at + alignment - 1) / alignment * alignment;
    }

    public IReadOnlyList<MixTensor> Tensors => [.. _tensors.Select(t => t.Tensor)];

    public QuantizationMix FileType => (QuantizationMix)Number("general.file_type", 0);

    public MixArchitecture Architecture
    {
        get
        {
            string name = (string)_metadata["general.architecture"];
            return new MixArchitecture(
                name,
                (int)Number(name + ".block_count", 0),
                (int)Number(name + ".expert_count", 0),
                (int)Number(name + ".attention.head_count", 1),
                (int)Number(name + ".attention.head_count_kv", 1));
        }
    }

    public long Number(string key, long absent) =>
        _metadata.TryGetValue(key, out object? value) ? Convert.ToInt64(value, System.Globalization.CultureInfo.InvariantCulture) : absent;

    public ReadOnlySpan<byte> Data(MixTensor tensor)
    {
        long bytes = TensorTypes.ByteCount(tensor.Type, tensor.Shape.Aggregate(1L, (a, b) => a * b));
        return _bytes.AsSpan(checked((int)(_data + _tensors.Single(t => t.Tensor.Name == tensor.Name).Offset)), checked((int)bytes));
    }

    private uint UInt32() => BinaryPrimitives.ReadUInt32LittleEndian(Take(4));

    private ulong UInt64() => BinaryPrimitives.ReadUInt64LittleEndian(Take(8));

    private string Text() => Encoding.UTF8.GetString(Take(checked((int)UInt64())));

    private object? Value(uint type)
    {
        switch (type)
        {
            case 4: return UInt32();
            case 5: return (int)UInt32();
            case 8: return Text();
            case 10: return UInt64();
            case 9:
                uint element = UInt32();
                ulong count = UInt64();
                for (ulong i = 0; i < count; i++)
                {
                    _ = Value(element);
                }

                return null;
            default:
                Take(type switch { 0 or 1 or 7 => 1, 2 or 3 => 2, 6 => 4, _ => 8 });
                return null;
        }
    }

    private ReadOnlySpan<byte> Take(int count)
    {
        _at += count;
        return _bytes.AsSpan(_at - count, count);
    }
}
