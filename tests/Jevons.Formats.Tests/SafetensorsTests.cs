using System.Text;
using Jevons.Numerics;
using Jevons.Testing;

namespace Jevons.Formats.Tests;

public sealed class SafetensorsTests
{
    private const string Two = """{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"b":{"dtype":"U8","shape":[4],"data_offsets":[8,12]}}""";

    public static TheoryData<string> Files() => [.. SharedData.Walk("*.safetensors")];

    [Theory]
    [MemberData(nameof(Files))]
    public void Write_AnyFile_KeepsMetadataAndTensorBytesAndRewritesItselfByteForByte(string relative)
    {
        using SafetensorsFile source = SafetensorsFile.Open(SharedData.Path(relative.Split('/')));
        using TemporaryFolder folder = new();
        string first = folder.File("first.safetensors"), second = folder.File("second.safetensors");
        SafetensorsWriter.Write(first, source.Tensors.Select(TensorSource.From), source.Metadata);
        using SafetensorsFile copy = SafetensorsFile.Open(first);
        Assert.Equal(source.Metadata, copy.Metadata);
        Assert.Equal(source.Tensors.Count, copy.Tensors.Count);
        foreach (TensorInfo tensor in source.Tensors)
        {
            TensorInfo found = copy[tensor.Name];
            Assert.Equal(tensor.Type, found.Type);
            Assert.Equal(tensor.Shape, found.Shape);
            Assert.True(tensor.Data.AsSpan().SequenceEqual(found.Data.AsSpan()), tensor.Name);
            Assert.Equal(0, found.Offset % TensorTypes.BlockBytes(found.Type));
        }

        SafetensorsWriter.Write(second, copy.Tensors.Select(TensorSource.From), copy.Metadata);
        GgufWriteTests.AssertSameBytes(first, second, new FileInfo(first).Length);
    }

    [Fact]
    public void Write_EveryType_ReadsBackEqual()
    {
        TensorType[] types = [.. TensorTypes.All.Where(t => SafetensorsTypes.NameOf(t) is not null)];
        Assert.Equal(11, types.Length);
        Random random = new(3);
        TensorSource[] tensors = [.. types.Select(t =>
        {
            byte[] bytes = new byte[TensorTypes.ByteCount(t, 15)];
            random.NextBytes(bytes);
            return TensorSource.FromBytes($"{t}", t, [3, 5], bytes);
        })];
        TensorSource scalar = TensorSource.FromBytes("scalar", TensorType.F32, [], BitConverter.GetBytes(2.5f));
        TensorSource empty = TensorSource.FromBytes("empty", TensorType.F16, [0, 7], Array.Empty<byte>());
        using TemporaryFolder folder = new();
        string path = folder.File("a.safetensors");
        SafetensorsWriter.Write(path, [.. tensors, scalar, empty], new Dictionary<string, string>(StringComparer.Ordinal) { ["ключ \"<"] = "значение\n" });
        using SafetensorsFile file = SafetensorsFile.Open(path);
        Assert.Equal("значение\n", file.Metadata["ключ \"<"]);
        Assert.Equal(2.5f, file["scalar"].Data.AsSpan<float>(0, 1)[0]);
        Assert.Equal(0, file["empty"].Data.Length);
        foreach (TensorSource tensor in tensors)
        {
            using MemoryStream bytes = new();
            tensor.WriteTo(bytes);
            Assert.Equal(tensor.Type, file[tensor.Name].Type);
            Assert.Equal(bytes.ToArray(), file[tensor.Name].Data.AsSpan().ToArray());
        }
    }

    [Fact]
    public void Write_FailingSource_LeavesNoFile()
    {
        using TemporaryFolder folder = new();
        TensorSource shortOne = new("t", TensorType.F32, [4], s => s.Write(new byte[12]));
        Assert.Throws<InvalidOperationException>(() => SafetensorsWriter.Write(folder.File("a"), [shortOne]));
        Assert.Throws<ArgumentException>(() => SafetensorsWriter.Write(folder.File("a"), [shortOne, shortOne]));
        TensorSource quantized = TensorSource.FromBytes("t", TensorType.Q8_0, [32], new byte[34]);
        Assert.Throws<ArgumentException>(() => SafetensorsWriter.Write(folder.File("a"), [quantized]));
        Assert.Empty(Directory.GetFiles(folder.Path));
    }

    [Fact]
    public void Find_DroppedSharedTensor_GivesTheKeptOne()
    {
        using TemporaryFolder folder = new();
        string json = """{"__metadata__":{"format":"pt","tied":"a"},"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}""";
        using SafetensorsFile file = SafetensorsFile.Open(folder.File("a", SafetensorsImage.Of(json, 4)));
        Assert.Same(file["a"], file["tied"]);
        Assert.Null(file.Find("format"));
        Assert.Single(file.Tensors);
    }

    [Fact]
    public void Open_TypeThatCannotBeComputedWith_FailsOnlyWhenUsed()
    {
        using TemporaryFolder folder = new();
        string json = """{"a":{"dtype":"F8_E5M2","shape":[4],"data_offsets":[0,4]},"b":{"dtype":"NEW","shape":[3],"data_offsets":[4,9]}}""";
        using SafetensorsFile file = SafetensorsFile.Open(folder.File("a", SafetensorsImage.Of(json, 9)));
        Assert.False(file["a"].HasKnownType);
        Assert.Equal("F8_E5M2", file["a"].TypeName);
        Assert.Equal(5, file["b"].Data.Length);
        InvalidDataException error = Assert.Throws<InvalidDataException>(() => file["a"].Type);
        Assert.Contains("'a'", error.Message, StringComparison.Ordinal);
        Assert.Contains("F8_E5M2", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Open_TruncatedData_OpensAndNamesTheTensor()
    {
        using TemporaryFolder folder = new();
        string path = folder.File("a", SafetensorsImage.Of(Two, 10));
        using SafetensorsFile file = SafetensorsFile.Open(path);
        Assert.Same(file["b"], file.FirstTensorBeyondFile());
        Assert.Equal(8, file["a"].Data.Length);
        InvalidDataException error = Assert.Throws<InvalidDataException>(() => file["b"].Data);
        Assert.Contains($"{8 + Two.Length + 12}", error.Message, StringComparison.Ordinal);
        Assert.Contains($"{8 + Two.Length + 10}", error.Message, StringComparison.Ordinal);
    }

    public static TheoryData<string, string, int, string> Hostile() => new()
    {
        { "hole", """{"a":{"dtype":"U8","shape":[4],"data_offsets":[4,8]}}""", 8, "no holes" },
        { "overlap", """{"a":{"dtype":"U8","shape":[4],"data_offsets":[0,4]},"b":{"dtype":"U8","shape":[4],"data_offsets":[2,6]}}""", 6, "inside" },
        { "rest", """{"a":{"dtype":"U8","shape":[4],"data_offsets":[0,4]}}""", 5, "last tensor" },
        { "size", """{"a":{"dtype":"F32","shape":[4],"data_offsets":[0,4]}}""", 4, "span 4 bytes" },
        { "backwards", """{"a":{"dtype":"U8","shape":[4],"data_offsets":[4,0]}}""", 4, "begin <= end" },
        { "one offset", """{"a":{"dtype":"U8","shape":[4],"data_offsets":[4]}}""", 4, "begin <= end" },
        { "product", """{"a":{"dtype":"U8","shape":[4294967296,4294967296],"data_offsets":[0,0]}}""", 0, "more elements" },
        { "negative", """{"a":{"dtype":"U8","shape":[-4],"data_offsets":[0,4]}}""", 4, "integer" },
        { "2^63", """{"a":{"dtype":"X","shape":[1],"data_offsets":[0,9223372036854775807]}}""", 4, "data_offsets" },
        { "no dtype", """{"a":{"shape":[4],"data_offsets":[0,4]}}""", 4, "dtype is missing" },
        { "dtype number", """{"a":{"dtype":4,"shape":[4],"data_offsets":[0,4]}}""", 4, "dtype" },
        { "field twice", """{"a":{"dtype":"U8","dtype":"U8","shape":[4],"data_offsets":[0,4]}}""", 4, "twice" },
        { "tensor twice", """{"a":{"dtype":"U8","shape":[0],"data_offsets":[0,0]},"a":{"dtype":"U8","shape":[0],"data_offsets":[0,0]}}""", 0, "twice" },
        { "metadata", """{"__metadata__":{"a":1}}""", 0, "__metadata__" },
        { "metadata twice", """{"__metadata__":{},"__metadata__":{}}""", 0, "__metadata__" },
        { "list", """["a"]""", 0, "'{'" },
        { "cut", """{"a":""", 0, "JSON" },
        { "surrogate", """{"\ud800":{}}""", 0, "JSON" },
        { "behind", """{} {}""", 0, "JSON" },
        { "deep", "{\"a\":{\"x\":" + new string('[', 1000) + "}}", 0, "JSON" },
    };

    [Theory]
    [MemberData(nameof(Hostile))]
    public void Open_HostileHeader_IsRefusedNamingFileAndField(string what, string json, int dataBytes, string expected)
    {
        Assert.NotEmpty(what);
        byte[] bytes = SafetensorsImage.Of(json, dataBytes);
        InvalidDataException error = Assert.Throws<InvalidDataException>(
            () => SafetensorsHeaderReader.Read(new MemoryStream(bytes), bytes.Length, "x.safetensors"));
        Assert.Contains("x.safetensors", error.Message, StringComparison.Ordinal);
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0UL)]
    [InlineData(1UL << 63)]
    [InlineData(100_000_001UL)]
    [InlineData(100UL)]
    public void Open_HostileHeaderLength_IsRefusedWithoutAllocating(ulong length)
    {
        byte[] bytes = [.. BitConverter.GetBytes(length), .. "{}"u8];
        long before = GC.GetAllocatedBytesForCurrentThread();
        InvalidDataException error = Assert.Throws<InvalidDataException>(
            () => SafetensorsHeaderReader.Read(new MemoryStream(bytes), 1L << 40, "x.safetensors"));
        Assert.Contains("x.safetensors", error.Message, StringComparison.Ordinal);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 512 * 1024);
    }

    [Fact]
    public void OpenShards_ReadsEachTensorFromTheFileThatTheIndexNames()
    {
        using TemporaryFolder folder = new();
        folder.File("model-00001-of-00002.safetensors", SafetensorsImage.Of(Two, "ABCDEFGHabcd"u8));
        folder.File("model-00002-of-00002.safetensors", SafetensorsImage.Of(Two.Replace("\"b\"", "\"c\"", StringComparison.Ordinal), "IJKLMNOPijkl"u8));
        string index = folder.File("model.safetensors.index.json", Encoding.UTF8.GetBytes(
            """{"metadata":{"total_size":24},"weight_map":{"a":"model-00002-of-00002.safetensors","b":"model-00001-of-00002.safetensors","c":"model-00002-of-00002.safetensors"}}"""));
        using SafetensorsShards shards = SafetensorsShards.Open(index);
        Assert.Equal(["b", "a", "c"], shards.Tensors.Select(t => t.Name), StringComparer.Ordinal);
        Assert.Equal("IJKLMNOP"u8.ToArray(), shards["a"].Data.AsSpan().ToArray());
        Assert.Equal("abcd"u8.ToArray(), shards["b"].Data.AsSpan().ToArray());
        Assert.EndsWith("model-00002-of-00002.safetensors", shards["c"].File, StringComparison.Ordinal);
        Assert.Equal(2, shards.Files.Count());
    }

    [Theory]
    [InlineData("""{"weight_map":{"a":"absent.safetensors"}}""", "absent.safetensors")]
    [InlineData("""{"weight_map":{"z":"one.safetensors"}}""", "'z'")]
    [InlineData("""{"weight_map":{"a":"../one.safetensors"}}""", "../one.safetensors")]
    [InlineData("""{"weight_map":{"a":"/etc/passwd"}}""", "/etc/passwd")]
    [InlineData("""{"weight_map":{"a":"..\\one.safetensors"}}""", "plain name")]
    [InlineData("""{"weight_map":{"a":"c:one.safetensors"}}""", "plain name")]
    [InlineData("""{"weight_map":{"a":".."}}""", "plain name")]
    [InlineData("""{"weight_map":{"a":""}}""", "plain name")]
    [InlineData("""{"weight_map":{"a":"one\u0000.safetensors"}}""", "plain name")]
    [InlineData("""{"weight_map":{"a":7}}""", "'a'")]
    [InlineData("""{"weight_map":{"a":"one.safetensors","a":"one.safetensors"}}""", "twice")]
    [InlineData("""{"weight_map":{},"weight_map":{}}""", "twice")]
    [InlineData("""{"weight_map":[]}""", "weight_map")]
    [InlineData("""{}""", "weight_map")]
    [InlineData("""[]""", "weight_map")]
    [InlineData("""{"weight_map":{"a":"\ud800"}}""", "JSON")]
    [InlineData("", "JSON")]
    public void OpenShards_HostileIndex_IsRefusedNamingIndexAndCause(string json, string expected)
    {
        using TemporaryFolder folder = new();
        folder.File("one.safetensors", SafetensorsImage.Of(Two, 12));
        string index = folder.File("model.safetensors.index.json", Encoding.UTF8.GetBytes(json));
        InvalidDataException error = Assert.Throws<InvalidDataException>(() => SafetensorsShards.Open(index));
        Assert.Contains(index, error.Message, StringComparison.Ordinal);
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
    }
}
