using System.Text;
using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;
using Jevons.Testing;

namespace Jevons.Formats.Tests;

/// <summary>
/// 100,000 damaged copies of real headers: each is read, or refused with <see cref="InvalidDataException"/> that names the
/// file. Work is bounded too: no byte is read twice, and allocation is linear in the bytes given.
/// </summary>
public sealed class MutationTests
{
    private const string FileName = "some/folder/file.bin";
    private const int SmallHeader = 64 * 1024;

    // An exception with its stack trace, the read buffer, and per byte of header: names, shapes, entries and dictionary slots.
    private const long FixedAllocation = 128 * 1024;
    private const long AllocationPerByte = 16;

    [Fact]
    public void Gguf_DamagedSmallHeaders_AreReadOrRefusedWithBoundedWork() =>
        CheckAll(45_000, GgufHeaders(n => n <= SmallHeader), ReadGguf, UseGguf);

    [Fact]
    public void Gguf_DamagedVocabularies_AreReadOrRefusedWithBoundedWork() =>
        CheckAll(150, GgufHeaders(n => n > SmallHeader), ReadGguf, UseGguf);

    [Fact]
    public void Safetensors_DamagedHeaders_AreReadOrRefusedWithBoundedWork() =>
        CheckAll(30_000, SafetensorsHeaders(), ReadSafetensors, UseSafetensors);

    [Fact]
    public void SafetensorsIndex_Damaged_IsReadOrRefusedWithBoundedWork() =>
        CheckAll(10_000, Indices(), (bytes, _) => SafetensorsIndex.Parse(bytes, FileName), UseIndex);

    [Fact]
    public void Config_Damaged_IsReadOrRefusedWithBoundedWork() =>
        CheckAll(14_850, Configs(), (bytes, _) => ConfigJson.Parse(bytes, FileName), UseConfig);

    private static void CheckAll<T>(int cases, List<byte[]> images, Func<byte[], Stream, T> read, Action<T> use)
        where T : class
    {
        Assert.NotEmpty(images);
        int accepted = 0, refused = 0;
        Property property = Prop.ForAll(Mutation.Arbitrary(images.Count), mutation =>
        {
            byte[] bytes = mutation.Apply(images);
            using MemoryStream memory = new(bytes);
            using CountingStream stream = new(memory);
            T? result = null;
            long before = GC.GetAllocatedBytesForCurrentThread();
            try
            {
                result = read(bytes, stream);
                accepted++;
            }
            catch (InvalidDataException e)
            {
                Assert.StartsWith(FileName, e.Message, StringComparison.Ordinal);
                refused++;
            }

            long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
            Assert.InRange(allocated, 0, FixedAllocation + (AllocationPerByte * bytes.Length));
            Assert.InRange(stream.BytesRead, 0, bytes.Length);
            if (result is not null)
            {
                use(result);
            }
        });
        Replay seed = new(new Rnd(20250120, 1), null);
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(cases).WithReplay(seed).WithQuietOnSuccess(true), property);
        Assert.Equal(cases, accepted + refused);
        Assert.True(accepted > 0 && refused > cases / 10, $"{accepted} read, {refused} refused: the mutations do not test much");
    }

    private static GgufHeader ReadGguf(byte[] bytes, Stream stream) => GgufHeaderReader.Read(stream, bytes.Length, FileName);

    private static SafetensorsHeader ReadSafetensors(byte[] bytes, Stream stream) =>
        SafetensorsHeaderReader.Read(stream, bytes.Length, FileName);

    private static void UseGguf(GgufHeader header)
    {
        foreach (TensorEntry tensor in header.Tensors)
        {
            Assert.True(tensor.Offset >= header.DataOffset && tensor.ByteLength > 0 && tensor.Offset + tensor.ByteLength > 0);
        }

        GgufMetadata metadata = header.Metadata;
        Tolerate(() => GgufShards.CountIn(metadata));
        foreach (string key in metadata.Keys)
        {
            Tolerate(() => metadata.GetInt32OrNull(key));
            Tolerate(() => metadata.GetStringOrNull(key));
            Tolerate(() => metadata.GetStringsOrNull(key)?.Count);
            Tolerate(() => metadata.GetSingleOrNull(key));
            Tolerate(() => metadata.GetInt32PerLayerOrNull(key, 2));
        }
    }

    private static void UseSafetensors(SafetensorsHeader header)
    {
        foreach (TensorEntry tensor in header.Tensors)
        {
            Assert.True(tensor.Offset >= 8 && tensor.ByteLength >= 0 && tensor.Offset + tensor.ByteLength >= 8);
        }
    }

    private static void UseIndex(SafetensorsIndex index)
    {
        string folder = Path.GetFullPath("folder");
        Assert.All(index.FileOf.Values, name => Assert.Equal(folder, Path.GetDirectoryName(Path.GetFullPath(Path.Combine(folder, name)))));
    }

    private static void UseConfig(ConfigJson config)
    {
        foreach (string key in config.Keys)
        {
            Tolerate(() => config.GetIntOrNull(key));
            Tolerate(() => config.GetDoubleOrNull(key));
            Tolerate(() => config.GetBoolOrNull(key));
            Tolerate(() => config.GetStringOrNull(key));
            Tolerate(() => config.GetIntsOrNull(key));
            Tolerate(() => config.GetStringsOrNull(key));
            Tolerate(() => config.GetNamedOrNull(key, "default", "template"));
            Tolerate(() => config.GetObjectOrNull(key)?.Keys.Count());
        }
    }

    private static void Tolerate<T>(Func<T> read)
    {
        try
        {
            read();
        }
        catch (InvalidDataException e)
        {
            Assert.StartsWith(FileName, e.Message, StringComparison.Ordinal);
        }
    }

    private static List<byte[]> GgufHeaders(Func<long, bool> select)
    {
        List<byte[]> images = [];
        foreach (string relative in SharedData.Walk("*.gguf"))
        {
            string path = SharedData.Path(relative.Split('/'));
            using FileStream stream = File.OpenRead(path);
            long header = GgufHeaderReader.Read(stream, stream.Length, path).DataOffset;
            if (select(header))
            {
                stream.Position = 0;
                byte[] image = new byte[Math.Min(header, stream.Length)];
                stream.ReadExactly(image);
                images.Add(image);
            }
        }

        return images;
    }

    private static List<byte[]> SafetensorsHeaders()
    {
        List<byte[]> images = [];
        foreach (string relative in SharedData.Walk("*.safetensors", "weights"))
        {
            using FileStream stream = File.OpenRead(SharedData.Path(relative.Split('/')));
            byte[] length = new byte[8];
            stream.ReadExactly(length);
            if (BitConverter.ToInt64(length) <= SmallHeader)
            {
                byte[] header = new byte[BitConverter.ToInt64(length)];
                stream.ReadExactly(header);
                images.Add([.. length, .. header]);
            }
        }

        return images;
    }

    // No index lies among the data; one is made from the tensor names of each real file.
    private static List<byte[]> Indices()
    {
        List<byte[]> images = [];
        foreach (string relative in SharedData.Walk("*.safetensors", "weights"))
        {
            using SafetensorsFile file = SafetensorsFile.Open(SharedData.Path(relative.Split('/')));
            IEnumerable<string> pairs = file.Tensors.Take(120)
                .Select((t, i) => $"\"{t.Name}\":\"model-{(i / 40) + 1:D5}-of-00003.safetensors\"");
            string entries = string.Join(",", pairs);
            images.Add(Encoding.UTF8.GetBytes($"{{\"metadata\":{{\"total_size\":{file.TotalFileBytes}}},\"weight_map\":{{{entries}}}}}"));
            using JsonDocument valid = JsonDocument.Parse(images[^1]);
        }

        return images;
    }

    private static List<byte[]> Configs() =>
    [
        .. SharedData.Walk("*config.json", "weights").Select(relative => File.ReadAllBytes(SharedData.Path(relative.Split('/')))),
    ];
}
