using Jevons.Numerics;
using Jevons.Testing;

namespace Jevons.Formats.Tests;

public sealed class GgufReadTests
{
    private static GgufHeader Parse(GgufImage image) => Parse(image.ToBytes());

    private static GgufHeader Parse(byte[] bytes) => GgufHeaderReader.Read(new MemoryStream(bytes), bytes.Length, "model.gguf");

    [Theory]
    [InlineData(2u)]
    [InlineData(3u)]
    public void Open_Version2And3_GivesMetadataShapesAndBytes(uint version)
    {
        byte[] data = new byte[64 + 18];
        Random random = new(7);
        random.NextBytes(data);
        GgufImage image = new() { Version = version, Data = data };
        image.Text("general.architecture", "llama").UInt32("llama.block_count", 2)
            .Tensor("a", [4, 3], 0, 0).Tensor("b", [32], 2, 64);
        using TemporaryFolder folder = new();
        using GgufFile file = GgufFile.Open(folder.File("sha256-0123", image.ToBytes()));
        Assert.Equal((int)version, file.Version);
        Assert.Equal("llama", file.Metadata.GetString("general.architecture"));
        Assert.Equal(2, file.Metadata.GetInt32("llama.block_count"));
        Assert.Equal(["a", "b"], file.Tensors.Select(t => t.Name), StringComparer.Ordinal);
        Assert.Equal([3, 4], file["a"].Shape);
        Assert.Equal(TensorType.Q4_0, file["b"].Type);
        Assert.Equal(data[..48], file["a"].Data.AsSpan().ToArray());
        Assert.Equal(data[64..], file["b"].Data.AsSpan().ToArray());
        Assert.Null(file.FirstTensorBeyondFile());
    }

    [Fact]
    public void Data_AfterDispose_IsRefused()
    {
        using TemporaryFolder folder = new();
        GgufImage image = new() { Data = new byte[32] };
        GgufFile file = GgufFile.Open(folder.File("a.gguf", image.Tensor("a", [8], 0, 0).ToBytes()));
        TensorInfo tensor = file["a"];
        Assert.Equal(32, tensor.Data.Length);
        file.Dispose();
        Assert.Throws<ObjectDisposedException>(() => tensor.Data);
    }

    [Fact]
    public void Open_HeaderOnlyFile_SaysWhichTensorEndsBeyondTheFile()
    {
        string path = SharedData.Path("models", "deepseek-r1-distill-qwen-7b-header", "header.gguf");
        using GgufFile file = GgufFile.Open(path);
        TensorInfo missing = file.FirstTensorBeyondFile()!;
        Assert.Same(file.Tensors[0], missing);
        InvalidDataException error = Assert.Throws<InvalidDataException>(file.VerifyComplete);
        Assert.Contains(missing.Name, error.Message, StringComparison.Ordinal);
        Assert.Contains(path, error.Message, StringComparison.Ordinal);
        Assert.Equal("qwen2", file.Metadata.GetString("general.architecture"));
        Assert.Equal(152064, file.Metadata.GetStrings("tokenizer.ggml.tokens").Count);
    }

    [Fact]
    public void Metadata_TypedReaders_ConvertIntegersThatFitAndNameWhatDoesNot()
    {
        GgufHeader header = Parse(new GgufImage()
            .Pair("u8", 0, 200).Pair("i8", 1, 0xFF).UInt16("u16", 65535).Pair("i16", 3, 0xFE, 0xFF)
            .UInt32("u32", uint.MaxValue).Pair("i32", 5, 0xFD, 0xFF, 0xFF, 0xFF)
            .Pair("f32", 6, BitConverter.GetBytes(1.5f)).Pair("bool", 7, 1).Text("text", "Zähler")
            .Pair("u64", 10, BitConverter.GetBytes(ulong.MaxValue)).Pair("i64", 11, BitConverter.GetBytes(-5L))
            .Pair("f64", 12, BitConverter.GetBytes(2.25)));
        GgufMetadata metadata = header.Metadata;
        Assert.Equal(200, metadata.GetInt32("u8"));
        Assert.Equal(-1, metadata.GetInt32("i8"));
        Assert.Equal(65535, metadata.GetInt32("u16"));
        Assert.Equal(-2, metadata.GetInt64("i16"));
        Assert.Equal(uint.MaxValue, metadata.GetInt64("u32"));
        Assert.Equal(-3, metadata.GetInt32("i32"));
        Assert.Equal(1.5f, metadata.GetSingle("f32"));
        Assert.True(metadata.GetBool("bool"));
        Assert.Equal("Zähler", metadata.GetString("text"));
        Assert.Equal(-5, metadata.GetInt32("i64"));
        Assert.Equal(2.25, metadata.GetDouble("f64"));
        Assert.Null(metadata.GetInt32OrNull("absent"));
        Assert.Null(metadata.GetStringOrNull("absent"));

        AssertNames(() => metadata.GetInt32("u32"), "model.gguf", "u32", "UInt32 4294967295", "32 bits");
        AssertNames(() => metadata.GetInt64("u64"), "model.gguf", "u64", "UInt64");
        AssertNames(() => metadata.GetInt32("text"), "text", "String", "integer");
        AssertNames(() => metadata.GetSingle("u8"), "u8", "UInt8 200", "Float32");
        AssertNames(() => metadata.GetBool("u8"), "u8", "Bool");
        AssertNames(() => metadata.GetString("absent"), "absent", "missing");
    }

    [Fact]
    public void Metadata_Arrays_KeepTheirTypeAndReadPerLayer()
    {
        GgufHeader header = Parse(new GgufImage()
            .Pair("ints", 9, [.. BitConverter.GetBytes(4u), .. BitConverter.GetBytes(2UL), .. BitConverter.GetBytes(7u), .. BitConverter.GetBytes(9u)])
            .Pair("nested", 9, [.. BitConverter.GetBytes(9u), .. BitConverter.GetBytes(1UL), .. BitConverter.GetBytes(7u), .. BitConverter.GetBytes(2UL), 1, 0])
            .Pair("none", 9, [.. BitConverter.GetBytes(8u), .. BitConverter.GetBytes(0UL)])
            .UInt32("one", 3));
        GgufMetadata metadata = header.Metadata;
        Assert.Equal([7, 9], metadata.GetInt32Array("ints"));
        Assert.Equal([7, 9], metadata.GetInt32PerLayerOrNull("ints", 2)!);
        Assert.Equal([3, 3, 3], metadata.GetInt32PerLayerOrNull("one", 3)!);
        AssertNames(() => metadata.GetInt32PerLayerOrNull("ints", 3), "ints", "array of 2 UInt32", "3 integers");
        AssertNames(() => metadata.GetStrings("ints"), "ints", "array of String");
        Assert.Empty(metadata.GetStrings("none"));
        Assert.True(metadata["nested"].TryGetArray(out GgufValue[]? outer));
        Assert.True(outer![0].TryGetArray(out bool[]? inner));
        Assert.Equal([true, false], inner!);
    }

    public static TheoryData<string, byte[], string> Hostile()
    {
        byte[] floats = [.. BitConverter.GetBytes(6u), .. BitConverter.GetBytes(1UL << 60)];
        byte[] deep = [.. Enumerable.Repeat((byte[])[.. BitConverter.GetBytes(9u), .. BitConverter.GetBytes(1UL)], 64).SelectMany(b => b)];
        return new TheoryData<string, byte[], string>
        {
            { "empty", [], "byte 0" },
            { "magic", new GgufImage { Magic = 0x04034B50 }.ToBytes(), "PyTorch" },
            { "pre-GGUF", new GgufImage { Magic = 0x67676A74 }.ToBytes(), "before GGUF" },
            { "version 1", new GgufImage { Version = 1 }.ToBytes(), "version 1" },
            { "version 4", new GgufImage { Version = 4 }.ToBytes(), "version 4" },
            { "big-endian", new GgufImage { Version = 0x03000000 }.ToBytes(), "big-endian" },
            { "2^60 tensors", new GgufImage { TensorCount = 1UL << 60 }.ToBytes(), "tensor count" },
            { "2^60 pairs", new GgufImage { PairCount = 1UL << 60 }.ToBytes(), "metadata count" },
            { "2^63 string", new GgufImage().Pair("k", 8, BitConverter.GetBytes(1UL << 63)).ToBytes(), "'k'" },
            { "2^60 array", new GgufImage().Pair("k", 9, floats).ToBytes(), "'k'" },
            { "deep array", new GgufImage().Pair("k", 9, deep).ToBytes(), "nest" },
            { "value type", new GgufImage().Pair("k", 13).ToBytes(), "value type 13" },
            { "bool 2", new GgufImage().Pair("k", 7, 2).ToBytes(), "Bool" },
            { "key twice", new GgufImage().UInt32("k", 1).UInt32("k", 1).ToBytes(), "twice" },
            { "alignment 3", new GgufImage().UInt32("general.alignment", 3).ToBytes(), "general.alignment" },
            { "alignment text", new GgufImage().Text("general.alignment", "x").ToBytes(), "general.alignment" },
            { "tensor twice", new GgufImage().Tensor("t", [8], 0, 0).Tensor("t", [8], 0, 32).ToBytes(), "'t'" },
            { "overlap", new GgufImage().Tensor("t", [64], 0, 0).Tensor("u", [8], 0, 32).ToBytes(), "'u'" },
            { "overlap unordered", new GgufImage().Tensor("u", [8], 0, 32).Tensor("t", [64], 0, 0).ToBytes(), "'u'" },
            { "misaligned", new GgufImage().Tensor("t", [8], 0, 8).ToBytes(), "multiple of general.alignment" },
            { "no dims", new GgufImage().Tensor("t", [], 0, 0).ToBytes(), "0 dimensions" },
            { "five dims", new GgufImage().Tensor("t", [1, 1, 1, 1, 1], 0, 0).ToBytes(), "5 dimensions" },
            { "zero dim", new GgufImage().Tensor("t", [4, 0], 0, 0).ToBytes(), "dimension of 0" },
            { "product", new GgufImage().Tensor("t", [1UL << 32, 1UL << 32], 0, 0).ToBytes(), "2^63" },
            { "bytes", new GgufImage().Tensor("t", [1UL << 62], 0, 0).ToBytes(), "2^63" },
            { "end", new GgufImage().Tensor("t", [1UL << 60], 0, (1UL << 62) + (1UL << 61)).ToBytes(), "2^63" },
            { "offset", new GgufImage().Tensor("t", [8], 0, 1UL << 63).ToBytes(), "offset" },
            { "ragged row", new GgufImage().Tensor("t", [33], 2, 0).ToBytes(), "multiple of 32" },
            { "ik type", new GgufImage().Tensor("t", [32], 138, 0).ToBytes(), "138, which only ik_llama.cpp" },
            { "unknown type", new GgufImage().Tensor("t", [32], 77, 0).ToBytes(), "type 77" },
            { "known, unread type", new GgufImage().Tensor("t", [256], 34, 0).ToBytes(), "34 (TQ1_0)" },
            { "safetensors-only type", new GgufImage().Tensor("t", [256], 0x1000, 0).ToBytes(), "type 4096" },
        };
    }

    [Theory]
    [MemberData(nameof(Hostile))]
    public void Open_HostileHeader_IsRefusedNamingFileAndFieldWithoutAllocating(string what, byte[] bytes, string expected)
    {
        Assert.NotEmpty(what);
        long before = GC.GetAllocatedBytesForCurrentThread();
        InvalidDataException error = Assert.Throws<InvalidDataException>(() => Parse(bytes));
        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.Contains("model.gguf", error.Message, StringComparison.Ordinal);
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
        Assert.InRange(allocated, 0, 256 * 1024);
    }

    private static void AssertNames(Func<object?> read, params string[] parts)
    {
        InvalidDataException error = Assert.Throws<InvalidDataException>(() => read());
        Assert.All(parts, part => Assert.Contains(part, error.Message, StringComparison.Ordinal));
    }
}
