using System.Text;

namespace Jevons.Formats.Tests;

/// <summary>Spells out the bytes of a GGUF header, independently of the writer under test.</summary>
internal sealed class GgufImage
{
    private readonly List<byte> _pairs = [];
    private readonly List<byte> _tensors = [];

    public uint Magic { get; set; } = 0x46554747;

    public uint Version { get; set; } = 3;

    public ulong TensorCount { get; set; }

    public ulong PairCount { get; set; }

    public byte[] Data { get; set; } = [];

    public int Alignment { get; set; } = 32;

    public GgufImage Pair(string key, uint type, params byte[] value)
    {
        PairCount++;
        Write(_pairs, w =>
        {
            WriteText(w, key);
            w.Write(type);
            w.Write(value);
        });
        return this;
    }

    public GgufImage Text(string key, string value) => Pair(key, 8, [.. BitConverter.GetBytes((ulong)Encoding.UTF8.GetByteCount(value)), .. Encoding.UTF8.GetBytes(value)]);

    public GgufImage UInt32(string key, uint value) => Pair(key, 4, BitConverter.GetBytes(value));

    public GgufImage UInt16(string key, ushort value) => Pair(key, 2, BitConverter.GetBytes(value));

    /// <summary>Dimensions as the file lists them: contiguous first.</summary>
    public GgufImage Tensor(string name, ulong[] ne, uint type, ulong offset)
    {
        TensorCount++;
        Write(_tensors, w =>
        {
            WriteText(w, name);
            w.Write((uint)ne.Length);
            foreach (ulong dim in ne)
            {
                w.Write(dim);
            }

            w.Write(type);
            w.Write(offset);
        });
        return this;
    }

    public byte[] ToBytes()
    {
        List<byte> all = [];
        Write(all, w =>
        {
            w.Write(Magic);
            w.Write(Version);
            w.Write(TensorCount);
            w.Write(PairCount);
            w.Write(_pairs.ToArray());
            w.Write(_tensors.ToArray());
        });
        if (Data.Length > 0)
        {
            all.AddRange(new byte[(Alignment - (all.Count % Alignment)) % Alignment]);
            all.AddRange(Data);
        }

        return [.. all];
    }

    private static void WriteText(BinaryWriter writer, string text)
    {
        byte[] utf8 = Encoding.UTF8.GetBytes(text);
        writer.Write((ulong)utf8.Length);
        writer.Write(utf8);
    }

    private static void Write(List<byte> target, Action<BinaryWriter> write)
    {
        using MemoryStream stream = new();
        using BinaryWriter writer = new(stream, Encoding.UTF8);
        write(writer);
        target.AddRange(stream.ToArray());
    }
}
