using System.Collections;
using Jevons.Numerics;
using Jevons.Testing;

namespace Jevons.Formats.Tests;

public sealed class GgufWriteTests
{
    public static TheoryData<string> GgufFiles() => [.. SharedData.Walk("*.gguf")];

    [Theory]
    [MemberData(nameof(GgufFiles))]
    public void Write_FileOfLlamaCpp_IsReproducedByteForByte(string relative)
    {
        string source = SharedData.Path(relative.Split('/'));
        using TemporaryFolder folder = new();
        using GgufFile file = GgufFile.Open(source);
        string copy = folder.File("copy.gguf");
        if (file.FirstTensorBeyondFile() is null)
        {
            // Equal bytes are equal metadata, names, shapes and data.
            Assert.Equal([copy], GgufWriter.Write(copy, file.Metadata, [.. file.Tensors.Select(TensorSource.From)]));
            AssertSameBytes(source, copy, new FileInfo(source).Length);
            return;
        }

        // Of a header whose data is absent only the metadata can be written.
        GgufWriter.Write(copy, file.Metadata, []);
        using GgufFile again = GgufFile.Open(copy);
        AssertSame(file.Metadata, again.Metadata);
    }

    [Fact]
    public void Write_EveryValueType_ReadsBackEqual()
    {
        GgufMetadata metadata = EveryType();
        using TemporaryFolder folder = new();
        string path = folder.File("a.gguf");
        GgufWriter.Write(path, metadata, []);
        using GgufFile file = GgufFile.Open(path);
        AssertSame(metadata, file.Metadata);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(8)]
    [InlineData(32)]
    [InlineData(4096)]
    public void Write_AnyAlignment_PlacesTensorsOnIt(int alignment)
    {
        GgufMetadata metadata = new();
        metadata.Set("general.alignment", GgufValue.Of((uint)alignment));
        using TemporaryFolder folder = new();
        string path = folder.File("a.gguf");
        TensorSource[] tensors = Tensors(5);
        GgufWriter.Write(path, metadata, tensors);
        using GgufFile file = GgufFile.Open(path);
        Assert.Equal(alignment, file.Alignment);
        Assert.All(file.Tensors, t => Assert.Equal(0, t.Offset % alignment));
        AssertSameTensors(tensors, file);
    }

    [Theory]
    [InlineData(null, 3, 4)]
    [InlineData(100L, null, 10)]
    [InlineData(1L, null, 10)]
    [InlineData(1_000_000L, null, 1)]
    public void Write_Split_OpensFromEveryShard(long? maxBytes, int? maxTensors, int expectedShards)
    {
        GgufMetadata metadata = EveryType();
        metadata.Set("general.alignment", GgufValue.Of(64u));
        TensorSource[] tensors = Tensors(10);
        using TemporaryFolder folder = new();
        GgufWriteOptions options = new() { MaxShardBytes = maxBytes, MaxShardTensors = maxTensors };
        IReadOnlyList<string> paths = GgufWriter.Write(folder.File("m.gguf"), metadata, tensors, options);
        Assert.Equal(expectedShards, paths.Count);
        Assert.Equal(paths.Count, Directory.GetFiles(folder.Path).Length);
        foreach (string path in paths)
        {
            using GgufFile file = GgufFile.Open(path);
            AssertSameTensors(tensors, file);
            Assert.Equal("hello", file.Metadata.GetString("string"));
            Assert.Equal(paths, file.Files, StringComparer.Ordinal);

            string merged = folder.File("merged.gguf"), plain = folder.File("plain.gguf");
            GgufWriter.Write(merged, file.Metadata, [.. file.Tensors.Select(TensorSource.From)]);
            GgufWriter.Write(plain, metadata, tensors);
            Assert.Equal(File.ReadAllBytes(plain), File.ReadAllBytes(merged));
        }
    }

    [Fact]
    public void Open_MissingShard_IsNamed()
    {
        using TemporaryFolder folder = new();
        IReadOnlyList<string> paths = WriteSplit(folder);
        File.Delete(paths[1]);
        foreach (string path in new[] { paths[0], paths[2] })
        {
            InvalidDataException error = Assert.Throws<InvalidDataException>(() => GgufFile.Open(path));
            Assert.Contains(paths[1], error.Message, StringComparison.Ordinal);
            Assert.Contains("shard 2 of 3", error.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Open_ShardThatIsACopyOrALinkToAnother_IsNamed()
    {
        using TemporaryFolder folder = new();
        IReadOnlyList<string> paths = WriteSplit(folder);
        File.Copy(paths[0], paths[2], overwrite: true);
        Assert.Contains(paths[2], Assert.Throws<InvalidDataException>(() => GgufFile.Open(paths[0])).Message, StringComparison.Ordinal);
        Assert.Contains(paths[2], Assert.Throws<InvalidDataException>(() => GgufFile.Open(paths[2])).Message, StringComparison.Ordinal);
        File.Delete(paths[2]);
        File.CreateSymbolicLink(paths[2], paths[1]);
        Assert.Contains(paths[2], Assert.Throws<InvalidDataException>(() => GgufFile.Open(paths[0])).Message, StringComparison.Ordinal);
        File.Delete(paths[2]);
        File.CreateSymbolicLink(paths[2], paths[2]);
        Assert.Contains(paths[2], Assert.Throws<InvalidDataException>(() => GgufFile.Open(paths[0])).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Open_ShardsThatDoNotBelongTogether_AreRefused()
    {
        using TemporaryFolder folder = new();
        IReadOnlyList<string> paths = WriteSplit(folder);
        string renamed = folder.File("renamed.gguf");
        File.Copy(paths[1], renamed);
        Assert.Contains("-00002-of-00003.gguf", Assert.Throws<InvalidDataException>(() => GgufFile.Open(renamed)).Message, StringComparison.Ordinal);

        // A first shard that announces another total, and a second one that repeats the first one's tensors.
        GgufMetadata first = Shard(0, 2, 9), second = Shard(1, 2, 9);
        string a = folder.File("x-00001-of-00002.gguf"), b = folder.File("x-00002-of-00002.gguf");
        WriteRaw(a, first, Tensors(2)[..1]);
        WriteRaw(b, second, Tensors(2)[1..]);
        Assert.Contains("split.tensors.count", Assert.Throws<InvalidDataException>(() => GgufFile.Open(a)).Message, StringComparison.Ordinal);
        WriteRaw(b, second, Tensors(2)[..1]);
        InvalidDataException twice = Assert.Throws<InvalidDataException>(() => GgufFile.Open(b));
        Assert.Contains(a, twice.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Write_SourceOfWrongLengthOrFailing_LeavesNoFileAndKeepsTheOldOne()
    {
        using TemporaryFolder folder = new();
        string path = folder.File("a.gguf", "old"u8);
        TensorSource shortOne = new("t", TensorType.F32, [4], s => s.Write(new byte[12]));
        TensorSource longOne = new("t", TensorType.F32, [4], s => s.Write(new byte[17]));
        TensorSource failing = new("t", TensorType.F32, [4], _ => throw new IOException("no space"));
        Assert.Throws<InvalidOperationException>(() => GgufWriter.Write(path, new GgufMetadata(), [shortOne]));
        Assert.Throws<InvalidOperationException>(() => GgufWriter.Write(path, new GgufMetadata(), [longOne]));
        Assert.Throws<IOException>(() => GgufWriter.Write(path, new GgufMetadata(), [failing]));
        Assert.Equal([path], Directory.GetFiles(folder.Path));
        Assert.Equal("old"u8.ToArray(), File.ReadAllBytes(path));
    }

    [Fact]
    public void Write_WhatGgufCannotHold_IsRefusedAtTheDoor()
    {
        TensorSource good = TensorSource.FromBytes("t", TensorType.F32, [1], new byte[4]);
        foreach (TensorSource[] bad in new TensorSource[][]
        {
            [good, good],
            [TensorSource.FromBytes(new string('n', 64), TensorType.F32, [1], new byte[4])],
            [TensorSource.FromBytes("t", TensorType.F8_E4M3, [1], new byte[1])],
            [TensorSource.FromBytes("t", TensorType.F32, [1, 1, 1, 1, 1], new byte[4])],
            [TensorSource.FromBytes("t", TensorType.F32, [], new byte[4])],
            [TensorSource.FromBytes("t", TensorType.F32, [0], Array.Empty<byte>())],
        })
        {
            Assert.Throws<ArgumentException>(() => GgufWriter.Write("unused.gguf", new GgufMetadata(), bad));
        }

        Assert.Throws<ArgumentException>(() => TensorSource.FromBytes("t", TensorType.Q4_K, [2, 128], new byte[144]));
    }

    private static GgufMetadata EveryType()
    {
        GgufMetadata metadata = new();
        metadata.Set("u8", GgufValue.Of((byte)250));
        metadata.Set("i8", GgufValue.Of((sbyte)-7));
        metadata.Set("u16", GgufValue.Of((ushort)60000));
        metadata.Set("i16", GgufValue.Of((short)-30000));
        metadata.Set("u32", GgufValue.Of(4_000_000_000u));
        metadata.Set("i32", GgufValue.Of(-2_000_000_000));
        metadata.Set("u64", GgufValue.Of(ulong.MaxValue));
        metadata.Set("i64", GgufValue.Of(long.MinValue));
        metadata.Set("f32", GgufValue.Of(float.NegativeZero));
        metadata.Set("f64", GgufValue.Of(double.NaN));
        metadata.Set("bool", GgufValue.Of(true));
        metadata.Set("string", GgufValue.Of("hello"));
        metadata.Set("not-utf8", GgufValue.OfUtf8([0xFF, 0xC0, 0x00]));
        metadata.Set("a.u8", GgufValue.OfArray<byte>([1, 2, 255]));
        metadata.Set("a.i8", GgufValue.OfArray<sbyte>([1, -2]));
        metadata.Set("a.u16", GgufValue.OfArray<ushort>([1, 65535]));
        metadata.Set("a.i16", GgufValue.OfArray<short>([1, -5]));
        metadata.Set("a.u32", GgufValue.OfArray<uint>([1, uint.MaxValue]));
        metadata.Set("a.i32", GgufValue.OfArray<int>([1, -5]));
        metadata.Set("a.u64", GgufValue.OfArray<ulong>([1, ulong.MaxValue]));
        metadata.Set("a.i64", GgufValue.OfArray<long>([1, -5]));
        metadata.Set("a.f32", GgufValue.OfArray<float>([1.5f, float.NaN]));
        metadata.Set("a.f64", GgufValue.OfArray<double>([1.5, -0.0]));
        metadata.Set("a.bool", GgufValue.OfArray<bool>([true, false, true]));
        metadata.Set("a.string", GgufValue.OfArray(["", "größer", "\n"]));
        metadata.Set("a.empty", GgufValue.OfArray<int>([]));
        metadata.Set("a.array", GgufValue.OfArray([GgufValue.OfArray<int>([1]), GgufValue.OfArray(["x"])]));
        return metadata;
    }

    private static void AssertSame(GgufMetadata expected, GgufMetadata actual)
    {
        Assert.Equal(expected.Keys, actual.Keys, StringComparer.Ordinal);
        foreach ((string key, GgufValue value) in expected)
        {
            AssertSame(value, actual[key]);
        }
    }

    private static void AssertSame(GgufValue expected, GgufValue actual)
    {
        Assert.Equal(expected.Type, actual.Type);
        Assert.Equal(expected.ElementType, actual.ElementType);
        Assert.Equal(expected.Count, actual.Count);
        Assert.Equal(expected.Bits, actual.Bits);
        switch (expected.Data)
        {
            case GgufStrings strings:
                Assert.True(actual.TryGetStrings(out GgufStrings? others));
                int same = 0;
                while (same < strings.Count && strings.Utf8(same).SequenceEqual(others!.Utf8(same)))
                {
                    same++;
                }

                Assert.Equal(strings.Count, same);

                break;
            case GgufValue[] inner:
                Assert.True(actual.TryGetArray(out GgufValue[]? values));
                for (int i = 0; i < inner.Length; i++)
                {
                    AssertSame(inner[i], values![i]);
                }

                break;
            default:
                Assert.True(StructuralComparisons.StructuralEqualityComparer.Equals(expected.Data, actual.Data));
                break;
        }
    }

    internal static TensorSource[] Tensors(int count)
    {
        TensorSource[] tensors = new TensorSource[count];
        for (int i = 0; i < count; i++)
        {
            byte[] bytes = new byte[(i + 1) * 3 * 34];
            new Random(i).NextBytes(bytes);
            tensors[i] = TensorSource.FromBytes($"blk.{i}.weight", TensorType.Q8_0, [i + 1, 3, 32], bytes);
        }

        return tensors;
    }

    internal static void AssertSameTensors(TensorSource[] expected, Checkpoint actual)
    {
        Assert.Equal(expected.Select(t => t.Name), actual.Tensors.Select(t => t.Name), StringComparer.Ordinal);
        foreach (TensorSource tensor in expected)
        {
            TensorInfo found = actual[tensor.Name];
            Assert.Equal(tensor.Shape, found.Shape);
            Assert.Equal(tensor.Type, found.Type);
            using MemoryStream bytes = new();
            tensor.WriteTo(bytes);
            Assert.Equal(bytes.ToArray(), found.Data.AsSpan().ToArray());
        }
    }

    internal static void AssertSameBytes(string expected, string actual, long length)
    {
        Assert.Equal(length, new FileInfo(actual).Length);
        using FileStream a = File.OpenRead(expected), b = File.OpenRead(actual);
        byte[] x = new byte[1 << 20], y = new byte[1 << 20];
        for (long offset = 0; offset < length; offset += x.Length)
        {
            int n = a.ReadAtLeast(x, x.Length, throwOnEndOfStream: false);
            Assert.Equal(n, b.ReadAtLeast(y, y.Length, throwOnEndOfStream: false));
            int same = x.AsSpan(0, n).CommonPrefixLength(y.AsSpan(0, n));
            Assert.True(same == n, $"first difference at byte {offset + same}");
        }
    }

    private static IReadOnlyList<string> WriteSplit(TemporaryFolder folder) =>
        GgufWriter.Write(folder.File("m.gguf"), new GgufMetadata(), Tensors(3), new GgufWriteOptions { MaxShardTensors = 1 });

    private static GgufMetadata Shard(int index, int count, int tensors)
    {
        GgufMetadata metadata = new();
        metadata.Set("split.no", GgufValue.Of((ushort)index));
        metadata.Set("split.count", GgufValue.Of((ushort)count));
        metadata.Set("split.tensors.count", GgufValue.Of(tensors));
        return metadata;
    }

    // The writer drops split keys of an unsplit file, so a lying shard is spelled out.
    private static void WriteRaw(string path, GgufMetadata metadata, TensorSource[] tensors)
    {
        GgufImage image = new();
        foreach ((string key, GgufValue value) in metadata)
        {
            image.Pair(key, (uint)value.Type, BitConverter.GetBytes(value.Bits)[..(value.Type == GgufValueType.UInt16 ? 2 : 4)]);
        }

        foreach (TensorSource tensor in tensors)
        {
            image.Tensor(tensor.Name, [.. tensor.Shape.Reverse().Select(d => (ulong)d)], (uint)tensor.Type, 0);
        }

        File.WriteAllBytes(path, image.ToBytes());
    }
}
