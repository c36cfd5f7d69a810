using Jevons.Formats;
using Jevons.Kernels.Quantization;
using Jevons.Testing;

namespace Jevons.Models.Tests;

/// <summary>A named shape has the tensors of the published file of that model.</summary>
public sealed class ModelShapesTests
{
    [Fact]
    public void R1DistillQwen7B_HasNamesShapesAndTypesOfThePublishedHeader()
    {
        using GgufFile published = GgufFile.Open(SharedData.Path("models", "deepseek-r1-distill-qwen-7b-header", "header.gguf"));
        SyntheticModel made = new("r1-distill-qwen-7b", ModelShapes.Find("r1-distill-qwen-7b")!, QuantizationMix.Q4_K_M, seed: 1);
        Assert.Equal(15, published.Metadata.GetInt32("general.file_type")); // llama.cpp's number of Q4_K_M
        Assert.Equal(
            published.Tensors.Select(t => Line(t.Name, t.Shape, t.Type)).Order(StringComparer.Ordinal),
            made.Tensors.Select(t => Line(t.Name, t.Shape, t.Type)).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void R1DistillQwen7B_HasTheDimensionsOfThePublishedHeader()
    {
        using GgufFile published = GgufFile.Open(SharedData.Path("models", "deepseek-r1-distill-qwen-7b-header", "header.gguf"));
        GgufMetadata made = new SyntheticModel("r1-distill-qwen-7b", ModelShapes.Find("r1-distill-qwen-7b")!, QuantizationMix.Q4_K_M, seed: 1).Metadata;
        Assert.Equal(published.Metadata.GetString("general.architecture"), made.GetString("general.architecture"));
        foreach (string key in new[]
        {
            "qwen2.block_count", "qwen2.context_length", "qwen2.embedding_length", "qwen2.feed_forward_length", "qwen2.attention.head_count",
            "qwen2.attention.head_count_kv",
        })
        {
            Assert.Equal(published.Metadata.GetInt32(key), made.GetInt32(key));
        }

        Assert.Equal(published.Metadata.GetSingle("qwen2.rope.freq_base"), made.GetSingle("qwen2.rope.freq_base"));
        Assert.Equal(published.Metadata.GetSingle("qwen2.attention.layer_norm_rms_epsilon"), made.GetSingle("qwen2.attention.layer_norm_rms_epsilon"));
    }

    [Fact]
    public void Progress_CountsEveryByte()
    {
        ModelConfig config = ModelShapes.Find("smollm2-135m")!;
        long told = 0;
        SyntheticModel made = new("smollm2-135m", config, QuantizationMix.Q8_0, seed: 1, (_, bytes) => told += bytes);
        TensorSource[] some = [.. made.Tensors.Where(t => t.Name.StartsWith("blk.0.", StringComparison.Ordinal) || t.Name == "token_embd.weight")];
        string path = Path.GetTempFileName();
        try
        {
            GgufWriter.Write(path, made.Metadata, some);
        }
        finally
        {
            File.Delete(path);
        }

        Assert.Equal(10, some.Length);
        Assert.Equal(some.Sum(t => t.ByteLength), told);
    }

    private static string Line(string name, IEnumerable<long> shape, object type) => $"{name} [{string.Join(", ", shape)}] {type}";
}
