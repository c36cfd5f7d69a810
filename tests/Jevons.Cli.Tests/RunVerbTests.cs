using System.Text.Json;

namespace Jevons.Cli.Tests;

/// <summary>One prompt, one answer.</summary>
public sealed class RunVerbTests
{
    private static readonly string[] s_few = ["--max-tokens", "5", "--temperature", "0", "--threads", "1"];

    private static async Task<JsonElement> JsonAsync(CliBench bench, params string[] args)
    {
        using JsonDocument document = JsonDocument.Parse(await bench.OutputAsync([.. args, "--json"]));
        return document.RootElement.Clone();
    }

    [Fact]
    public async Task StandardInput_StandsBehindTheQuestion()
    {
        using CliBench bench = new() { Input = "b b\n" };
        string folder = TinyChat.Write(bench);
        JsonElement joined = await JsonAsync(bench, ["run", folder, "a", .. s_few]);
        bench.Input = "";
        JsonElement written = await JsonAsync(bench, ["run", folder, "a\n\nb b", .. s_few]);
        Assert.Equal(written.GetProperty("tokens").ToString(), joined.GetProperty("tokens").ToString());
        Assert.Equal(written.GetProperty("usage").ToString(), joined.GetProperty("usage").ToString());
    }

    [Fact]
    public async Task Json_HasPartsUsageAndSampling()
    {
        using CliBench bench = new();
        JsonElement answer = await JsonAsync(bench, ["run", TinyChat.Write(bench), "a b", .. s_few, "--top-p", "0.95"]);
        Assert.Equal(5, answer.GetProperty("usage").GetProperty("completion_tokens").GetInt32());
        Assert.Equal("length", answer.GetProperty("finish_reason").GetString());
        Assert.Equal("0.95", answer.GetProperty("sampling").GetProperty("top_p").GetRawText());
        Assert.Equal(5, answer.GetProperty("tokens").GetArrayLength());
    }

    [Fact]
    public async Task Verbose_WritesOllamasEightLinesToStandardError()
    {
        using CliBench bench = new();
        CliResult result = await bench.RunAsync(["run", TinyChat.Write(bench), "a b", .. s_few, "--verbose"]);
        string[] names = [.. result.Error.Split('\n').SkipWhile(l => !l.StartsWith("total", StringComparison.Ordinal)).Take(8).Select(l => l.Split(':')[0])];
        Assert.Equal(
            ["total duration", "load duration", "prompt eval count", "prompt eval duration", "prompt eval rate", "eval count", "eval duration", "eval rate"], names);
        Assert.DoesNotContain("duration", result.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task PromptBeyondTheContext_IsRefusedWithBothNumbers()
    {
        using CliBench bench = new();
        CliResult result = await bench.RunAsync(["run", TinyChat.Write(bench), new string('a', 100), "--ctx", "32", .. s_few]);
        Assert.Equal(ExitCodes.Failure, result.Code);
        Assert.Contains("the prompt has 103 tokens and the context holds 32", result.Error, StringComparison.Ordinal);
        Assert.Empty(result.Out);
    }

    [Fact]
    public async Task NoPrompt_IsUsageWhereNobodyCanAnswer()
    {
        using CliBench bench = new() { IsInTerminal = true };
        CliResult result = await bench.RunAsync("run", TinyChat.Write(bench));
        Assert.Equal(ExitCodes.Usage, result.Code);
        Assert.Contains("PROMPT is missing", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task FolderWithoutAModel_SaysWhatIsMissing()
    {
        using CliBench bench = new();
        bench.Folder.Write("empty/notes.txt", "x");
        CliResult result = await bench.RunAsync("run", bench.Folder.Below("empty"), "hi");
        Assert.Equal(ExitCodes.Failure, result.Code);
        Assert.Contains("config.json", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task HeaderAlone_IsShownButNotRun()
    {
        string header = Testing.SharedData.Path("models", "deepseek-r1-distill-qwen-7b-header", "header.gguf");
        using CliBench bench = new();
        CliResult result = await bench.RunAsync("run", header, "hi");
        Assert.Equal(ExitCodes.Failure, result.Code);
        Assert.Contains("tensor 'output.weight' ends at byte 453021408, beyond the file's", result.Error, StringComparison.Ordinal);
        Assert.Contains("output.weight ends beyond the file", await bench.OutputAsync("show", header), StringComparison.Ordinal);
    }
}
