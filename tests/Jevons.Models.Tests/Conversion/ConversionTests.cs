using System.Text.Json;
using Jevons.Formats;
using Jevons.Numerics;
using Jevons.Testing;

namespace Jevons.Models.Tests;

/// <summary>Conversions between Hugging Face folders and GGUF files keep the model: every tensor, every logit.</summary>
public sealed class ConversionTests
{
    // Permuted heads are summed in another order.
    private const float Tolerance = 2e-4f;

    public static TheoryData<string> Folders => [.. SharedData.Walk("config.json", "weights")];

    public static TheoryData<string> Files => [.. SharedData.Walk("*.gguf", "weights")];

    [Theory]
    [MemberData(nameof(Folders))]
    public void FolderToGguf_KeepsTheLogits(string config)
    {
        string folder = Path.GetDirectoryName(SharedData.Path(config))!;
        Assert.SkipUnless(File.Exists(Path.Combine(folder, "model.safetensors")), "the folder has no weights");
        DirectoryInfo temp = Directory.CreateTempSubdirectory("jevons-convert-");
        try
        {
            string file = Path.Combine(temp.FullName, "model.gguf");
            ToGguf(folder, file);
            AssertSameLogits(folder, file);
        }
        finally
        {
            temp.Delete(recursive: true);
        }
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void GgufToFolderAndBack_KeepsTensorsAndLogits(string gguf)
    {
        string source = SharedData.Path(gguf);
        DirectoryInfo temp = Directory.CreateTempSubdirectory("jevons-convert-");
        try
        {
            string folder = Path.Combine(temp.FullName, "folder");
            string back = Path.Combine(temp.FullName, "back.gguf");
            Directory.CreateDirectory(folder);
            using GgufFile before = GgufFile.Open(source);
            HuggingFaceConverter converter = new(before, TensorType.F32);
            SafetensorsWriter.Write(Path.Combine(folder, "model.safetensors"), converter.Tensors());
            File.WriteAllBytes(Path.Combine(folder, "config.json"), converter.ConfigJson());
            ToGguf(folder, back);
            using GgufFile after = GgufFile.Open(back);
            foreach (TensorInfo tensor in before.Tensors.Where(t => !t.Name.EndsWith("attn_kv_b.weight", StringComparison.Ordinal)))
            {
                TensorInfo other = after[tensor.Name];
                Assert.Equal(tensor.Shape, other.Shape);
                int row = (int)tensor.Shape[^1];
                float[] wanted = new float[row];
                float[] found = new float[row];
                for (long i = 0; i < tensor.ElementCount / row; i++)
                {
                    TensorRows.Read(tensor, i, wanted);
                    TensorRows.Read(other, i, found);
                    Assert.True(IsSame(tensor.Name, wanted, found), $"{tensor.Name}, row {i}");
                }
            }

            AssertSameLogits(source, back);
        }
        finally
        {
            temp.Delete(recursive: true);
        }
    }

    // llama.cpp's converter renames what a folder has, so of this tied one, which keeps its table as lm_head alone, it writes
    // output.weight alone and cannot open the file. Ours has the table besides, and all of the file that it did open.
    [Fact]
    public void TiedFolderWithoutATable_GetsOne()
    {
        using JsonDocument golden = JsonDocument.Parse(File.ReadAllBytes(SharedData.Path("weights", "gguf-conversion.json")));
        IEnumerable<string> wanted = golden.RootElement.GetProperty("conversions").GetProperty("tinystories-656k").GetProperty("tensors")
            .EnumerateArray().Select(t => t[0].GetString()!);
        using GgufFile published = GgufFile.Open(SharedData.Path("weights", "tinystories-656k", "tinystories-656k-f32.gguf"));
        DirectoryInfo temp = Directory.CreateTempSubdirectory("jevons-convert-");
        try
        {
            string file = Path.Combine(temp.FullName, "model.gguf");
            ToGguf(SharedData.Path("weights", "tinystories-656k"), file);
            using GgufFile ours = GgufFile.Open(file);
            Assert.Equal([.. wanted.Append("token_embd.weight").Order(StringComparer.Ordinal)], ours.Tensors.Select(t => t.Name).Order(StringComparer.Ordinal), StringComparer.Ordinal);
            Assert.All(published.Tensors, t => Assert.True(t.Data.AsSpan().SequenceEqual(ours[t.Name].Data.AsSpan()), t.Name));
            Assert.True(ours["output.weight"].Data.AsSpan().SequenceEqual(ours["token_embd.weight"].Data.AsSpan()));
        }
        finally
        {
            temp.Delete(recursive: true);
        }
    }

    [Fact]
    public void Fp8Folder_BecomesBf16()
    {
        string folder = SharedData.Path("weights", "synthetic-archs", "deepseek-v3-group-fp8");
        using HuggingFaceFolder opened = HuggingFaceFolder.Open(folder);
        Assert.Equal(TensorType.BF16, GgufConverter.OwnType(opened.RequireWeights()));
        IReadOnlyList<TensorSource> tensors = new GgufConverter(opened, TensorType.BF16, keepDraft: false).Tensors();
        Assert.Contains(tensors, t => t.Type == TensorType.BF16);
        Assert.All(tensors, t => Assert.True(t.Type is TensorType.BF16 or TensorType.F32, $"{t.Name} is {t.Type}"));
        Assert.DoesNotContain(tensors, t => t.Name.Contains("scale", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("DeepSeek-R1-Distill-Qwen-7B", 7_615_616_512, "DeepSeek R1 Distill Qwen 7B", "DeepSeek-R1-Distill-Qwen", "7.6B")]
    [InlineData("tinystories-656k", 656_000, "Tinystories 656k", "tinystories", "656K")]
    [InlineData("model", 0, "Model", null, null)]
    [InlineData("v3", 671_026_419_200, "V3", null, "671B")]
    public void Title_ComesFromTheFoldersName(string folder, long parameters, string name, string? basename, string? size) =>
        Assert.Equal(new ModelTitle(name, basename, size), ModelTitle.Of(folder, parameters));

    private static void ToGguf(string folder, string file)
    {
        using HuggingFaceFolder opened = HuggingFaceFolder.Open(folder);
        GgufConverter converter = new(opened, TensorType.F32, keepDraft: false);
        GgufMetadata metadata = GgufMetadataWriter.Create(ModelLoader.ReadConfig(opened.Config), ModelTitle.Of("test", 0), TensorType.F32, keepDraft: false);
        GgufWriter.Write(file, metadata, converter.Tensors());
    }

    // The divisors of llama3 scaling are computed again, so they agree to rounding; everything else is copied.
    private static bool IsSame(string name, float[] wanted, float[] found) => name == "rope_freqs.weight"
        ? wanted.Zip(found).All(p => MathF.Abs(p.First - p.Second) <= 1e-5f * p.First)
        : wanted.AsSpan().SequenceEqual(found);

    private static void AssertSameLogits(string first, string second)
    {
        using ModelBench a = new(first, exact: true);
        using ModelBench b = new(second, exact: true);
        Assert.Equal(a.Model.Config.VocabSize, b.Model.Config.VocabSize);
        int[] tokens = [.. Enumerable.Range(0, 24).Select(i => (i * 7919 + 1) % a.Model.Config.VocabSize)];
        float[][] wanted = a.Logits(tokens);
        float[][] found = b.Logits(tokens);
        for (int i = 0; i < tokens.Length; i++)
        {
            float worst = wanted[i].Zip(found[i]).Max(p => MathF.Abs(p.First - p.Second));
            Assert.True(worst <= Tolerance, $"position {i} is off by {worst:e2}");
        }
    }
}
