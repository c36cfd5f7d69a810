using System.Buffers.Binary;
using System.Text;
using Jevons.Numerics;

namespace Jevons.Formats.Tests;

/// <summary>Opening costs what the header costs, however long the file is. The 100 GB files are sparse: they occupy a few pages.</summary>
public sealed class HeaderOnlyTests
{
    private const long FileBytes = 100L << 30;
    private const ulong Elements = 24UL << 30;

    // The reader's buffer.
    private const int ReadAhead = 64 * 1024;

    [Fact]
    public void Gguf_HundredGigabytes_OpensFromItsHeaderAndMapsTheLastByte()
    {
        using TemporaryFolder folder = new();
        byte[] header = new GgufImage().Text("general.architecture", "llama").Tensor("big", [Elements], 0, 0).Tensor("last", [8], 0, Elements * 4).ToBytes();
        string path = Sparse(folder, "big.gguf", header);
        AssertHeaderOnly(path, header.Length, (s, n) => GgufHeaderReader.Read(s, n, path));

        long before = GC.GetAllocatedBytesForCurrentThread();
        using GgufFile file = GgufFile.Open(path);
        Assert.Null(file.FirstTensorBeyondFile());
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 4 * ReadAhead);
        Assert.Equal((long)Elements * 4, file["big"].Data.Length);
        Assert.Equal(0f, file["last"].Data.AsSpan<float>(0, 8)[7]);
        Assert.Equal(0, file["big"].Data.AsSpan<byte>(((long)Elements * 4) - 1, 1)[0]);
    }

    [Fact]
    public void Safetensors_HundredGigabytes_OpensFromItsHeader()
    {
        using TemporaryFolder folder = new();
        const int headerLength = 256;
        const long dataBytes = FileBytes - 8 - headerLength;
        string json = $"{{\"big\":{{\"dtype\":\"BF16\",\"shape\":[{dataBytes / 2}],\"data_offsets\":[0,{dataBytes}]}}}}";
        byte[] header = Encoding.ASCII.GetBytes(json.PadRight(headerLength));
        byte[] length = new byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(length, headerLength);
        string path = Sparse(folder, "big.safetensors", [.. length, .. header]);
        AssertHeaderOnly(path, header.Length + 8, (s, n) => SafetensorsHeaderReader.Read(s, n, path));
        using SafetensorsFile file = SafetensorsFile.Open(path);
        Assert.Equal(TensorType.BF16, file["big"].Type);
        Assert.Equal(0, file["big"].Data.AsSpan<byte>(file["big"].ByteLength - 1, 1)[0]);
    }

    [Fact]
    public void Gguf_HostileCountsInAHundredGigabytes_CostNoMoreThanTheHeaderLimit()
    {
        using TemporaryFolder folder = new();
        byte[] element = [.. BitConverter.GetBytes(0u), .. BitConverter.GetBytes(90UL << 30)];
        foreach (GgufImage image in new[]
        {
            new GgufImage().Pair("k", 9, element),
            new GgufImage().Pair("k", 8, BitConverter.GetBytes(90UL << 30)),
            new GgufImage { TensorCount = 1UL << 40 },
        })
        {
            string path = Sparse(folder, "hostile.gguf", image.ToBytes());
            long before = GC.GetAllocatedBytesForCurrentThread();
            Assert.Throws<InvalidDataException>(() => GgufFile.Open(path));
            Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 4 * ReadAhead);
        }
    }

    private static void AssertHeaderOnly(string path, int headerBytes, Action<Stream, long> read)
    {
        using FileStream file = new(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0);
        using CountingStream counting = new(file);
        long before = GC.GetAllocatedBytesForCurrentThread();
        read(counting, FileBytes);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 4 * ReadAhead);
        Assert.InRange(counting.BytesRead, headerBytes, headerBytes + ReadAhead);
    }

    private static string Sparse(TemporaryFolder folder, string name, byte[] header)
    {
        string path = folder.File(name, header);
        using FileStream stream = new(path, FileMode.Open, FileAccess.Write);
        stream.SetLength(FileBytes);
        return path;
    }
}
