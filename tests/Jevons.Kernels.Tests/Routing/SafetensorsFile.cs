using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace Jevons.Kernels.Tests.Routing;

/// <summary>Just enough of safetensors to read golden f32 tensors here, below the room that reads model files.</summary>
internal sealed class SafetensorsFile(string path)
{
    private readonly byte[] _bytes = File.ReadAllBytes(path);

    public (int[] Shape, float[] Data)? TryRead(string name)
    {
        int header = checked((int)BinaryPrimitives.ReadUInt64LittleEndian(_bytes));
        using JsonDocument document = JsonDocument.Parse(_bytes.AsMemory(8, header));
        if (!document.RootElement.TryGetProperty(name, out JsonElement tensor))
        {
            return null;
        }

        Assert.Equal("F32", tensor.GetProperty("dtype").GetString());
        int[] shape = [.. tensor.GetProperty("shape").EnumerateArray().Select(d => d.GetInt32())];
        int begin = tensor.GetProperty("data_offsets")[0].GetInt32();
        int end = tensor.GetProperty("data_offsets")[1].GetInt32();
        return (shape, MemoryMarshal.Cast<byte, float>(_bytes.AsSpan(8 + header + begin, end - begin)).ToArray());
    }

    public (int[] Shape, float[] Data) Read(string name) => TryRead(name) ?? throw new KeyNotFoundException(name);
}
