using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.RegularExpressions;
using Jevons.Formats;
using Jevons.Numerics;

namespace Jevons.Cli.Tests;

/// <summary>blocks, convert, quantize and show on files that the tests make.</summary>
public sealed class WeightVerbTests
{
    [Fact]
    public async Task Blocks_GoThereAndBack()
    {
        using CliBench bench = new();
        float[] values = [.. Enumerable.Range(0, 64).Select(i => (i - 31) / 127f)];
        string source = bench.Folder.Write("in.f32", MemoryMarshal.AsBytes(values.AsSpan()).ToArray());
        string blocks = bench.Folder.Below("blocks");
        string back = bench.Folder.Below("back");
        await bench.OutputAsync("blocks", "quantize", "q8_0", source, blocks);
        await bench.OutputAsync("blocks", "dequantize", "Q8_0", blocks, back);
        Assert.Equal(68, new FileInfo(blocks).Length);
        float[] read = MemoryMarshal.Cast<byte, float>(File.ReadAllBytes(back)).ToArray();
        Assert.All(values.Zip(read), p => Assert.Equal(p.First, p.Second, 2e-3f));
    }

    [Fact]
    public async Task Blocks_OfABrokenSize_FailAndLeaveNothing()
    {
        using CliBench bench = new();
        CliResult result = await bench.RunAsync("blocks", "dequantize", "Q4_0", bench.Folder.Write("in", new byte[19]), bench.Folder.Below("out"));
        Assert.Equal(ExitCodes.Failure, result.Code);
        Assert.Contains("18 bytes", result.Error, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(bench.Folder.Path, "out*"));
    }

    [Fact]
    public async Task Blocks_UnknownType_IsUsageAndListsTypes()
    {
        using CliBench bench = new();
        CliResult result = await bench.RunAsync("blocks", "quantize", "IQ1_S", bench.Folder.Write("in", new byte[4]), bench.Folder.Below("out"));
        Assert.Equal(ExitCodes.Usage, result.Code);
        Assert.Contains("Q4_K", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Synth_LikeAHeader_WritesItsTensorsAndAModelThatComputes()
    {
        using CliBench bench = new();
        string like = bench.Folder.Below("like.gguf");
        string made = bench.Folder.Below("made.gguf");
        await bench.OutputAsync("convert", TinyModel.Write(bench), like);
        await bench.OutputAsync("synth", made, "--like", like, "--type", "q8_0");
        using GgufFile before = GgufFile.Open(like);
        using GgufFile after = GgufFile.Open(made);
        Assert.Equal(before.Tensors.Select(t => (t.Name, string.Join(' ', t.Shape))), after.Tensors.Select(t => (t.Name, string.Join(' ', t.Shape))));
        Assert.Contains(after.Tensors, t => t.Type == TensorType.Q8_0);
        using JsonDocument scored = JsonDocument.Parse(await bench.OutputAsync("score", made, "--ids", "1,2,3", "--json"));
        Assert.All(scored.RootElement.GetProperty("logprobs").EnumerateArray(), p => Assert.True(double.IsFinite(p.GetDouble())));
    }

    [Fact]
    public async Task Synth_ShowsHowFarItIsOnStandardError()
    {
        using CliBench bench = new() { IsErrorTerminal = true, Time = new TickingTime() };
        string like = bench.Folder.Below("like.gguf");
        await bench.OutputAsync("convert", TinyModel.Write(bench), like);
        CliResult result = await bench.RunAsync("synth", bench.Folder.Below("made.gguf"), "--like", like);
        Assert.Equal(ExitCodes.Ok, result.Code);
        int[] percents = [.. Regex.Matches(result.Error, @"writing +(\d+)%").Select(m => int.Parse(m.Groups[1].Value, CultureInfo.InvariantCulture))];
        Assert.Equal(percents.Order(), percents);
        Assert.Equal(100, percents[^1]);
        Assert.True(percents.Distinct().Count() > 2, result.Error);
        Assert.DoesNotContain("writing", result.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Synth_UnknownShape_IsUsageAndListsShapes()
    {
        using CliBench bench = new();
        CliResult result = await bench.RunAsync("synth", bench.Folder.Below("x.gguf"), "--like", "smollm", "--type", "q8_0");
        Assert.Equal(ExitCodes.Usage, result.Code);
        Assert.Contains("smollm2-135m", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Convert_ThereAndBack_KeepsEveryTensorAndTheTokenizer()
    {
        using CliBench bench = new();
        string folder = TinyModel.Write(bench);
        string gguf = bench.Folder.Below("model.gguf");
        string back = bench.Folder.Below("back");
        using JsonDocument report = JsonDocument.Parse(await bench.OutputAsync("convert", folder, gguf, "--json"));
        Assert.Equal("F32", report.RootElement.GetProperty("type").GetString());
        await bench.OutputAsync("convert", gguf, back);

        using SafetensorsFile before = SafetensorsFile.Open(Path.Combine(folder, "model.safetensors"));
        using SafetensorsFile after = SafetensorsFile.Open(Path.Combine(back, "model.safetensors"));
        Assert.Equal(before.Tensors.Select(t => t.Name).Order(StringComparer.Ordinal), after.Tensors.Select(t => t.Name).Order(StringComparer.Ordinal));
        Assert.All(before.Tensors, t => Assert.Equal(t.Data.AsSpan().ToArray(), after[t.Name].Data.AsSpan().ToArray()));
        foreach (string model in new[] { folder, gguf, back })
        {
            Assert.Equal("5 2 3 4\n", await bench.OutputAsync("tokenize", "--model", model, "ab c"));
        }
    }

    [Fact]
    public async Task Convert_WritesTitleAndSampling()
    {
        using CliBench bench = new();
        string folder = TinyModel.Write(bench, "Tiny-Llama-30K");
        bench.Folder.Write("Tiny-Llama-30K/generation_config.json", """{"temperature":0.6,"top_p":0.95,"top_k":20}""");
        await bench.OutputAsync("convert", folder, bench.Folder.Path, "--type", "bf16");
        using GgufFile file = GgufFile.Open(bench.Folder.Below("Tiny-Llama-30K-BF16.gguf"));
        Assert.Equal("Tiny Llama 30K", file.Metadata.GetString("general.name"));
        Assert.Equal("Tiny-Llama", file.Metadata.GetString("general.basename"));
        Assert.Equal("32K", file.Metadata.GetString("general.size_label"));
        Assert.Equal(0.6f, file.Metadata.GetSingle("general.sampling.temp"));
        Assert.Equal(20, file.Metadata.GetInt32("general.sampling.top_k"));
        Assert.Equal(TensorType.BF16, file["blk.0.attn_q.weight"].Type);
        Assert.Equal(TensorType.F32, file["blk.0.attn_norm.weight"].Type);
    }

    [Fact]
    public async Task RecommendedXtc_IsConvertedThereAndBackAndShown()
    {
        using CliBench bench = new();
        string folder = TinyModel.Write(bench);
        bench.Folder.Write("Tiny-Llama-30K/generation_config.json", """{"temperature":0.6,"xtc_probability":0.5,"xtc_threshold":0.25}""");
        await bench.OutputAsync("convert", folder, bench.Folder.Below("model.gguf"));
        await bench.OutputAsync("convert", bench.Folder.Below("model.gguf"), bench.Folder.Below("back"));
        foreach (string model in new[] { folder, bench.Folder.Below("model.gguf"), bench.Folder.Below("back") })
        {
            using JsonDocument shown = JsonDocument.Parse(await bench.OutputAsync("show", model, "--json"));
            JsonElement sampling = shown.RootElement.GetProperty("sampling");
            Assert.Equal(0.5, sampling.GetProperty("xtc_probability").GetDouble());
            Assert.Equal(0.25, sampling.GetProperty("xtc_threshold").GetDouble());
            Assert.Contains("xtc_probability 0.5", sampling.GetProperty("reason").GetString(), StringComparison.Ordinal);
            Assert.Contains("XTC 0.5 from 0.25", await bench.OutputAsync("show", model), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Convert_VocabOnly_NeedsNoWeights()
    {
        using CliBench bench = new();
        bench.Folder.Write("m/config.json", TinyModel.Config);
        TinyTokenizer.Write(bench, "m");
        await bench.OutputAsync("convert", bench.Folder.Below("m"), bench.Folder.Below("v.gguf"), "--vocab-only");
        using GgufFile file = GgufFile.Open(bench.Folder.Below("v.gguf"));
        Assert.Empty(file.Tensors);
        Assert.Equal(8, file.Metadata.GetStrings("tokenizer.ggml.tokens").Count);
        Assert.Equal(ExitCodes.Failure, (await bench.RunAsync("convert", bench.Folder.Below("m"), bench.Folder.Below("w.gguf"))).Code);
    }

    [Theory]
    [InlineData("llama", "LlamaForCausalLM")]
    [InlineData("qwen2", "Qwen2ForCausalLM")]
    [InlineData("qwen3", "Qwen3ForCausalLM")]
    public async Task Convert_WithoutATokenizer_SaysHowManyTokensThereAre(string type, string name)
    {
        using CliBench bench = new();
        bench.Folder.Write("m/config.json", TinyModel.Config.Replace("\"llama\"", $"\"{type}\"", StringComparison.Ordinal).Replace("LlamaForCausalLM", name, StringComparison.Ordinal));
        await bench.OutputAsync("convert", bench.Folder.Below("m"), bench.Folder.Below("v.gguf"), "--vocab-only");
        using GgufFile file = GgufFile.Open(bench.Folder.Below("v.gguf"));
        Assert.Equal("none", file.Metadata.GetString("tokenizer.ggml.model"));
        Assert.Equal(8, file.Metadata.GetInt32($"{type}.vocab_size"));
    }

    [Fact]
    public async Task Convert_OntoAModelFolder_IsUsage()
    {
        using CliBench bench = new();
        string folder = TinyModel.Write(bench);
        await bench.OutputAsync("convert", folder, bench.Folder.Below("m.gguf"));
        Assert.Equal(ExitCodes.Usage, (await bench.RunAsync("convert", bench.Folder.Below("m.gguf"), folder)).Code);
    }

    [Fact]
    public async Task Quantize_WritesTypesAndMetadata()
    {
        using CliBench bench = new();
        string gguf = await GgufAsync(bench);
        string target = bench.Folder.Below("q.gguf");
        using JsonDocument json = JsonDocument.Parse(await bench.OutputAsync("quantize", gguf, target, "q8_0", "--json", "-t", "2"));
        using GgufFile file = GgufFile.Open(target);
        Assert.Equal(7, file.Metadata.GetInt32("general.file_type"));
        Assert.Equal(2, file.Metadata.GetInt32("general.quantization_version"));
        Assert.Equal(TensorType.Q8_0, file["blk.0.ffn_up.weight"].Type);
        Assert.Equal(TensorType.F32, file["output_norm.weight"].Type);
        Assert.Equal(file.Tensors.Count(t => t.Type == TensorType.Q8_0), json.RootElement.GetProperty("tensors").GetProperty("Q8_0").GetInt32());
        Assert.Equal(file.Tensors.Sum(t => t.ByteLength), json.RootElement.GetProperty("bytes_after").GetInt64());
    }

    [Fact]
    public async Task Quantize_Again_IsRefusedUnlessAllowed()
    {
        using CliBench bench = new();
        string q8 = bench.Folder.Below("q8.gguf");
        string q4 = bench.Folder.Below("q4.gguf");
        await bench.OutputAsync("quantize", await GgufAsync(bench), q8, "Q8_0");
        CliResult refused = await bench.RunAsync("quantize", q8, q4, "Q4_0");
        Assert.Equal(ExitCodes.Failure, refused.Code);
        Assert.Contains("Q8_0 already", refused.Error, StringComparison.Ordinal);
        Assert.False(File.Exists(q4));
        await bench.OutputAsync("quantize", q8, q4, "Q4_0", "--allow-requantize");
        Assert.True(File.Exists(q4));
    }

    [Fact]
    public async Task Quantize_OfAFolderOrOntoItself_IsUsage()
    {
        using CliBench bench = new();
        string gguf = await GgufAsync(bench);
        CliResult folder = await bench.RunAsync("quantize", bench.Folder.Below("Tiny-Llama-30K"), bench.Folder.Below("q.gguf"), "Q8_0");
        Assert.Equal(ExitCodes.Usage, folder.Code);
        Assert.Contains("jevons convert", folder.Error, StringComparison.Ordinal);
        Assert.Equal(ExitCodes.Usage, (await bench.RunAsync("quantize", gguf, gguf, "Q8_0")).Code);
        Assert.Equal(ExitCodes.Usage, (await bench.RunAsync("quantize", gguf, bench.Folder.Below("q.gguf"), "Q4_K_XL")).Code);
    }

    [Fact]
    public async Task Quantize_Stopped_LeavesNothing()
    {
        using CliBench bench = new();
        string gguf = await GgufAsync(bench);
        using CancellationTokenSource stop = new();
        await stop.CancelAsync();
        bench.Cancellation = stop.Token;
        CliResult result = await bench.RunAsync("quantize", gguf, bench.Folder.Below("q.gguf"), "Q8_0");
        Assert.Equal(ExitCodes.Interrupted, result.Code);
        Assert.Empty(Directory.GetFiles(bench.Folder.Path, "q.gguf*"));
    }

    [Fact]
    public async Task Show_SaysWhatTheModelIs()
    {
        using CliBench bench = new();
        string gguf = await GgufAsync(bench);
        using JsonDocument json = JsonDocument.Parse(await bench.OutputAsync("show", gguf, "--json", "--ctx", "64", "--kv", "f32"));
        JsonElement root = json.RootElement;
        Assert.Equal("llama", root.GetProperty("architecture").GetString());
        Assert.Equal(root.GetProperty("parameters").GetInt64(), root.GetProperty("active_parameters").GetInt64());
        Assert.Equal(128, root.GetProperty("context_length").GetInt32());
        Assert.True(root.GetProperty("complete").GetBoolean());
        Assert.Equal(64L * 2 * 32 * 4, root.GetProperty("memory").GetProperty("cache").GetInt64());
        Assert.Equal("f32", root.GetProperty("memory").GetProperty("cache_type").GetString());
        Assert.Equal(5, root.GetProperty("tokenizer").GetProperty("bos").GetInt32());
        string text = await bench.OutputAsync("show", gguf);
        Assert.Contains("temperature 0.8", text, StringComparison.Ordinal);
        Assert.Contains("prompts begin with <|begin|>", text, StringComparison.Ordinal);
    }

    private static async Task<string> GgufAsync(CliBench bench)
    {
        string gguf = bench.Folder.Below("model.gguf");
        await bench.OutputAsync("convert", TinyModel.Write(bench), gguf);
        return gguf;
    }
}
