using System.Text.Json;
using Jevons.Testing;

namespace Jevons.Cli.Tests;

/// <summary>Verbs on real files: every model folder and file of the reference data that they claim to read.</summary>
public sealed class ReferenceDataTests
{
    public static TheoryData<string> Ggufs => [.. SharedData.Walk("*.gguf", "weights"), .. SharedData.Walk("*.gguf", "models")];

    public static TheoryData<string> Folders => [.. SharedData.Walk("config.json", "weights")];

    [Theory]
    [MemberData(nameof(Ggufs))]
    public async Task Show_ReadsEveryGguf(string file)
    {
        using CliBench bench = new();
        using JsonDocument json = JsonDocument.Parse(await bench.OutputAsync("show", SharedData.Path(file), "--json"));
        Assert.True(json.RootElement.GetProperty("parameters").GetInt64() > 0);
        Assert.True(json.RootElement.GetProperty("memory").GetProperty("total").GetInt64() > 0);
    }

    [Theory]
    [MemberData(nameof(Folders))]
    public async Task Show_ReadsEveryFolder(string config)
    {
        using CliBench bench = new();
        using JsonDocument json = JsonDocument.Parse(await bench.OutputAsync("show", Path.GetDirectoryName(SharedData.Path(config))!, "--json"));
        Assert.True(json.RootElement.GetProperty("context_length").GetInt32() > 0);
    }

    [Fact]
    public async Task Show_OfTheR1Header_KnowsTheFamilyAndThatDataIsMissing()
    {
        using CliBench bench = new();
        string header = SharedData.Path("models", "deepseek-r1-distill-qwen-7b-header", "header.gguf");
        using JsonDocument json = JsonDocument.Parse(await bench.OutputAsync("show", header, "--json"));
        JsonElement root = json.RootElement;
        Assert.Equal("qwen2", root.GetProperty("architecture").GetString());
        Assert.False(root.GetProperty("complete").GetBoolean());
        Assert.True(root.GetProperty("thinks").GetBoolean());
        Assert.Equal(0.6f, root.GetProperty("sampling").GetProperty("temperature").GetSingle());
        Assert.Equal(0.95f, root.GetProperty("sampling").GetProperty("top_p").GetSingle());
        Assert.Equal("deepseek, thinking", root.GetProperty("template").GetString());
        Assert.InRange(root.GetProperty("parameters").GetInt64(), 7_600_000_000, 7_700_000_000);
    }

    [Fact]
    public async Task R1Header_TokenizesAndRenders()
    {
        string header = SharedData.Path("models", "deepseek-r1-distill-qwen-7b-header", "header.gguf");
        using CliBench bench = new() { Input = """{"messages":[{"role":"user","content":"Hi"}],"add_generation_prompt":true}""" };
        string prompt = await bench.OutputAsync("template", "--model", header, "--context", "-");
        Assert.Contains("Hi", prompt, StringComparison.Ordinal);
        Assert.Contains("<\uFF5CAssistant\uFF5C>", prompt, StringComparison.Ordinal);
        string ids = await bench.OutputAsync("tokenize", "--model", header, "--parse-special", "--no-bos", prompt);
        Assert.Equal(prompt, await bench.OutputAsync(["detokenize", "--model", header, .. ids.Trim().Split(' ')]));
    }
}
