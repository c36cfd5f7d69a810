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
    public async Task SamplerOptions_ReachTheReportInBothForms()
    {
        using CliBench bench = new();
        string[] command =
        [
            "run", TinyChat.Write(bench), "a b", "--max-tokens", "5", "--threads", "1", "--top-n-sigma", "1.5", "--typical-p", "0.9",
            "--xtc-probability", "0.5", "--xtc-threshold", "0.2", "--dry-multiplier", "0.8", "--dry-base", "1.5", "--dry-allowed-length", "3",
            "--dry-penalty-last-n", "100", "--dry-sequence-breaker", "\\n", "--dry-sequence-breaker", "b\\\\",
        ];
        JsonElement sampling = (await JsonAsync(bench, command)).GetProperty("sampling");
        string[] names = ["top_n_sigma", "typical_p", "xtc_probability", "xtc_threshold", "dry_multiplier", "dry_base", "dry_allowed_length", "dry_penalty_last_n"];
        Assert.Equal("1.5 0.9 0.5 0.2 0.8 1.5 3 100", string.Join(' ', names.Select(name => sampling.GetProperty(name).GetRawText())));
        Assert.Equal("[\"\\n\",\"b\\\\\"]", JsonSerializer.Serialize(sampling.GetProperty("dry_sequence_breakers")));
        CliResult verbose = await bench.RunAsync([.. command, "--verbose"]);
        Assert.Contains(
            "top-n-sigma 1.5, typical-p 0.9, XTC 0.5 from 0.2, DRY 0.8 * 1.5^(n - 3)",
            string.Join(' ', verbose.Error.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)),
            StringComparison.Ordinal);
        sampling = (await JsonAsync(bench, [.. command[..^8], "--dry-penalty-last-n", "-1", "--dry-sequence-breaker", "none"])).GetProperty("sampling");
        Assert.Equal(-1, sampling.GetProperty("dry_penalty_last_n").GetInt32());
        Assert.Equal(0, sampling.GetProperty("dry_sequence_breakers").GetArrayLength());
    }

    [Theory]
    [InlineData("--typical-p", "1.5", "--typical-p is '1.5'; it must be a number from 0.000001 to 1")]
    [InlineData("--top-n-sigma", "-1", "--top-n-sigma is '-1'; it must be a number from 0 to 1000")]
    [InlineData("--xtc-probability", "x", "--xtc-probability is 'x'; it must be a number from 0 to 1")]
    [InlineData("--xtc-threshold", "0", "--xtc-threshold is '0'; it must be a number from 0.000001 to 1")]
    [InlineData("--dry-multiplier", "-1", "--dry-multiplier is '-1'; it must be a number from 0 to 1000")]
    [InlineData("--dry-base", "0.5", "--dry-base is '0.5'; it must be a number from 1 to 1000")]
    [InlineData("--dry-allowed-length", "0", "--dry-allowed-length is 0; it must be at least 1")]
    [InlineData("--dry-penalty-last-n", "-2", "--dry-penalty-last-n is -2; it must be at least -1")]
    [InlineData("--dry-sequence-breaker", "", "'' is no sequence breaker: it has 0 characters, and 1 to 40 are expected")]
    public async Task SamplerValuesOutOfRange_AreUsage(string option, string value, string message)
    {
        using CliBench bench = new();
        CliResult result = await bench.RunAsync("run", TinyChat.Write(bench), "a", option, value);
        Assert.Equal(ExitCodes.Usage, result.Code);
        Assert.Contains(message, result.Error, StringComparison.Ordinal);
        Assert.Empty(result.Out);
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
