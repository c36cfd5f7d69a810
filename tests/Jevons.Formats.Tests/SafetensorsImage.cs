using System.Buffers.Binary;
using System.Text;

namespace Jevons.Formats.Tests;

/// <summary>Spells out a safetensors file from its JSON header, independently of the writer under test.</summary>
internal static class SafetensorsImage
{
    public static byte[] Of(string json, int dataBytes) => Of(json, new byte[dataBytes]);

    public static byte[] Of(string json, ReadOnlySpan<byte> data)
    {
        byte[] header = Encoding.UTF8.GetBytes(json);
        byte[] bytes = new byte[8 + header.Length + data.Length];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, header.Length);
        header.CopyTo(bytes, 8);
        data.CopyTo(bytes.AsSpan(8 + header.Length));
        return bytes;
    }
}
