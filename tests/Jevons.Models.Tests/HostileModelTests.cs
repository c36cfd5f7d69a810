using Jevons.Formats;
using Jevons.Kernels;
using Jevons.Numerics;
using Jevons.Testing;

namespace Jevons.Models.Tests;

/// <summary>
/// Real models whose metadata, tensor table or config.json states something else than it should: sizes out of range, numbers
/// that are none, tensors missing, of another shape or type. Each is refused with <see cref="InvalidDataException"/> that names
/// the file, or is a model after all, which then runs; memory stays in proportion to the file.
/// </summary>
public sealed class HostileModelTests
{
    private const int CasesPerModel = 150;

    // Arrays of a model's own: norms and biases widened, layers, experts; and the message with its stack.
    private const long FixedAllocation = 4 << 20;

    private static readonly long[] s_integers =
        [0, 1, -1, 2, 3, 7, 31, 33, 63, 257, 4097, 65535, 65536, 1 << 20, (1 << 24) + 1, int.MaxValue, int.MinValue, 1L << 32, long.MaxValue, long.MinValue];

    private static readonly double[] s_numbers =
        [0, -0.0, 1, -1, 0.5, 1e-40, 1e30, double.MaxValue, double.NaN, double.PositiveInfinity, double.NegativeInfinity, 1e300];

    private static readonly TensorType[] s_types =
        [TensorType.F16, TensorType.BF16, TensorType.F64, TensorType.I8, TensorType.I32, TensorType.I64, TensorType.Q8_0, TensorType.Q4_K, TensorType.IQ2_XXS];

    public static TheoryData<string> Files => [.. SharedData.Walk("*.gguf", "weights")
        .GroupBy(Path.GetDirectoryName, StringComparer.Ordinal).Select(folder => folder.OrderBy(LengthOf).First())];

    public static TheoryData<string> Folders => [.. SharedData.Walk("config.json", "weights")
        .Where(c => SharedData.TryPath(c) is not { } path || File.Exists(Path.Combine(Path.GetDirectoryName(path)!, "model.safetensors")))];

    [Theory]
    [MemberData(nameof(Files))]
    public void Gguf_OfHostileMetadataAndTensors_IsRefusedOrRuns(string name)
    {
        using GgufFile source = GgufFile.Open(SharedData.Path(name));
        SeededRandom random = new(20250120);
        string[] keys = [.. source.Metadata.Keys.Where(k => !k.StartsWith("tokenizer.", StringComparison.Ordinal))];
        using TemporaryFile file = new("hostile.gguf");
        int refused = 0;
        for (int i = 0; i < CasesPerModel; i++)
        {
            GgufMetadata metadata = new(source.Metadata);
            List<TensorSource> tensors = [.. source.Tensors.Select(TensorSource.From)];
            string change = "";
            for (int n = 1 + random.NextInt32(2); n > 0; n--)
            {
                change += random.NextInt32(3) == 0 ? ChangeTensor(tensors, random) : ChangeKey(metadata, keys[random.NextInt32(keys.Length)], random);
            }

            if (metadata.Find("general.alignment") is not null)
            {
                metadata.Remove("general.alignment");
            }

            GgufWriter.Write(file.Path, metadata, tensors);
            refused += Check(file.Path, change) ? 1 : 0;
        }

        Assert.InRange(refused, CasesPerModel / 4, CasesPerModel - 1);
    }

    [Theory]
    [MemberData(nameof(Folders))]
    public void Folder_OfAHostileConfig_IsRefusedOrRuns(string config)
    {
        string source = Path.GetDirectoryName(SharedData.Path(config))!;
        System.Text.Json.Nodes.JsonObject json = System.Text.Json.Nodes.JsonNode.Parse(File.ReadAllText(Path.Combine(source, "config.json")))!.AsObject();
        SeededRandom random = new(20250120);
        DirectoryInfo folder = Directory.CreateTempSubdirectory("jevons-hostile-");
        try
        {
            File.Copy(Path.Combine(source, "model.safetensors"), Path.Combine(folder.FullName, "model.safetensors"));
            string[] keys = [.. json.Select(p => p.Key)];
            int refused = 0;
            for (int i = 0; i < CasesPerModel; i++)
            {
                System.Text.Json.Nodes.JsonObject changed = json.DeepClone().AsObject();
                string key = keys[random.NextInt32(keys.Length)];
                System.Text.Json.Nodes.JsonObject target = changed;
                if (changed[key] is System.Text.Json.Nodes.JsonObject { Count: > 0 } inner && random.NextInt32(8) != 0)
                {
                    target = inner;
                    key = inner.ElementAt(random.NextInt32(inner.Count)).Key;
                }

                string value = random.NextInt32(6) switch
                {
                    0 => "null",
                    1 => "\"silu\"",
                    2 => "[1, 2]",
                    3 => s_numbers.Where(double.IsFinite).ElementAt(random.NextInt32(8)).ToString("R", System.Globalization.CultureInfo.InvariantCulture),
                    _ => s_integers[random.NextInt32(s_integers.Length)].ToString(System.Globalization.CultureInfo.InvariantCulture),
                };
                target[key] = System.Text.Json.Nodes.JsonNode.Parse(value);
                File.WriteAllText(Path.Combine(folder.FullName, "config.json"), changed.ToJsonString());
                refused += Check(folder.FullName, $"{key} = {value}") ? 1 : 0;
            }

            Assert.InRange(refused, CasesPerModel / 10, CasesPerModel - 1);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    // True when the model was refused.
    private static bool Check(string path, string change)
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        try
        {
            using IDisposable opened = Open(path, out LanguageModel model);
            Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, FixedAllocation + SizeOf(path));
            Run(model, change);
            return false;
        }
        catch (InvalidDataException e)
        {
            Assert.StartsWith(path, e.Message, StringComparison.Ordinal);
            Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, FixedAllocation + SizeOf(path));
            return true;
        }
        catch (Exception e) when (e is not Xunit.Sdk.XunitException)
        {
            Assert.Fail($"{change}: {e}");
            throw;
        }
    }

    private static IDisposable Open(string path, out LanguageModel model)
    {
        CpuFeatures features = CpuFeatures.Detect();
        if (Directory.Exists(path))
        {
            HuggingFaceFolder folder = HuggingFaceFolder.Open(path);
            return Loaded(folder, () => ModelLoader.Load(folder, features, ActivationType.Int8), out model);
        }

        GgufFile file = GgufFile.Open(path);
        return Loaded(file, () => ModelLoader.Load(file, features, ActivationType.Int8), out model);
    }

    private static IDisposable Loaded(IDisposable file, Func<LanguageModel> load, out LanguageModel model)
    {
        try
        {
            model = load();
            return file;
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    private static void Run(LanguageModel model, string change)
    {
        Assert.True(model.CacheLayouts(KvType.F32).Sum(l => l.PageBytes) < 1 << 28, $"{change}: a page is out of proportion");
        using WorkerPool pool = new(1);
        using KernelContext context = new(pool, CpuFeatures.Detect());
        using KvCache cache = new(model.CacheLayouts(KvType.F32), 1);
        using EagerOps ops = new(context, cache);
        using Batch batch = new();
        batch.Add([0, Math.Min(1, model.Config.VocabSize - 1)], 0, [0], absorbed: false, BatchOutputs.Last);
        Assert.Equal(model.Config.VocabSize, model.Forward(ops, batch).Logits.Cols);
    }

    private static string ChangeKey(GgufMetadata metadata, string key, SeededRandom random)
    {
        long number = s_integers[random.NextInt32(s_integers.Length)];
        GgufValue? value = random.NextInt32(8) switch
        {
            0 => null,
            1 => GgufValue.Of(s_numbers[random.NextInt32(s_numbers.Length)]),
            2 => GgufValue.Of((float)s_numbers[random.NextInt32(s_numbers.Length)]),
            3 => GgufValue.Of("yarn"),
            4 => GgufValue.OfArray([(int)number, 1]),
            5 => GgufValue.Of((int)number),
            6 => GgufValue.Of((uint)number),
            _ => GgufValue.Of(number),
        };
        if (value is null)
        {
            metadata.Remove(key);
        }
        else
        {
            metadata.Set(key, value);
        }

        return $" {key} = {value?.ToString() ?? "nothing"};";
    }

    private static string ChangeTensor(List<TensorSource> tensors, SeededRandom random)
    {
        int at = random.NextInt32(tensors.Count);
        TensorSource tensor = tensors[at];
        long[] shape = [.. tensor.Shape];
        TensorType type = tensor.Type;
        switch (random.NextInt32(5))
        {
            case 0:
                tensors.RemoveAt(at);
                return $" {tensor.Name} removed;";
            case 1:
                type = s_types[random.NextInt32(s_types.Length)];
                break;
            case 2:
                shape[random.NextInt32(shape.Length)] += 32;
                break;
            case 3:
                shape = [.. shape.Reverse()];
                break;
            default:
                shape = shape.Length == 1 ? [1, shape[0]] : [shape.Aggregate(1L, (a, b) => a * b)];
                break;
        }

        if (shape[^1] % TensorTypes.BlockLength(type) != 0)
        {
            type = TensorType.I8;
        }

        long bytes = TensorTypes.ByteCount(type, shape.Aggregate(1L, (a, b) => a * b));
        tensors[at] = TensorSource.FromBytes(tensor.Name, type, shape, new byte[bytes]);
        return $" {tensor.Name} is {type} [{string.Join(", ", shape)}];";
    }

    private static long SizeOf(string path) => Directory.Exists(path)
        ? Directory.EnumerateFiles(path).Sum(f => new FileInfo(f).Length)
        : new FileInfo(path).Length;

    private static long LengthOf(string name) => SharedData.TryPath(name) is { } path ? new FileInfo(path).Length : 0;

    private sealed class TemporaryFile(string name) : IDisposable
    {
        private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("jevons-hostile-");

        public string Path => System.IO.Path.Combine(_folder.FullName, name);

        public void Dispose() => _folder.Delete(recursive: true);
    }
}
