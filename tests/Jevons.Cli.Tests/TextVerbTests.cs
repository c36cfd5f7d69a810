using System.Text.Json;

namespace Jevons.Cli.Tests;

/// <summary>tokenize, detokenize and template.</summary>
public sealed class TextVerbTests
{
    [Theory]
    [InlineData("ab cab", "5 2 3 4 2\n")]
    [InlineData("ab cab", "2 3 4 2\n", "--no-bos")]
    [InlineData("ab<|end|>", "5 2 6\n", "--parse-special")]
    public async Task Tokenize_PrintsIds(string text, string expected, params string[] options)
    {
        using CliBench bench = new();
        Assert.Equal(expected, await bench.OutputAsync(["tokenize", "--tokenizer", TinyTokenizer.Write(bench), .. options, text]));
    }

    [Fact]
    public async Task Tokenize_UserTextNeverBecomesAControlToken()
    {
        using CliBench bench = new();
        string ids = await bench.OutputAsync("tokenize", "--tokenizer", TinyTokenizer.Write(bench), "ab<|end|>");
        Assert.DoesNotContain("6", ids, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Tokenize_ReadsStandardInputAsItIs()
    {
        using CliBench bench = new() { Input = "ab c" };
        Assert.Equal("2 3 4\n", await bench.OutputAsync("tokenize", "--tokenizer", TinyTokenizer.Write(bench), "--no-bos"));
    }

    [Fact]
    public async Task Tokenize_WithoutTextOnATerminal_IsUsage()
    {
        using CliBench bench = new() { IsInTerminal = true };
        CliResult result = await bench.RunAsync("tokenize", "--tokenizer", TinyTokenizer.Write(bench));
        Assert.Equal(ExitCodes.Usage, result.Code);
        Assert.Contains("TEXT is missing", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Tokenize_Json_HasCountIdsAndPieces()
    {
        using CliBench bench = new();
        using JsonDocument json = JsonDocument.Parse(await bench.OutputAsync("tokenize", "--tokenizer", TinyTokenizer.Write(bench), "--json", "ab"));
        Assert.Equal(2, json.RootElement.GetProperty("count").GetInt32());
        Assert.Equal([5, 2], json.RootElement.GetProperty("ids").EnumerateArray().Select(e => e.GetInt32()));
        Assert.Equal("<|begin|>ab", string.Concat(json.RootElement.GetProperty("pieces").EnumerateArray().Select(e => e.GetString())));
    }

    [Fact]
    public async Task Tokenize_JsonLines_GivesAnArrayALine()
    {
        using CliBench bench = new() { Input = "\"ab\"\n\n\"\\u0061 c\"\n\"\"\n" };
        Assert.Equal("[2]\n[0,3,4]\n[]\n", await bench.OutputAsync("tokenize", "--tokenizer", TinyTokenizer.Write(bench), "--no-bos", "--jsonl"));
    }

    [Theory]
    [InlineData("[1]")]
    [InlineData("ab")]
    [InlineData("\"\\ud800\"")]
    public async Task Tokenize_JsonLines_NamesABadLine(string line)
    {
        using CliBench bench = new() { Input = $"\"a\"\n{line}\n" };
        CliResult result = await bench.RunAsync("tokenize", "--tokenizer", TinyTokenizer.Write(bench), "--jsonl");
        Assert.Equal(ExitCodes.Failure, result.Code);
        Assert.Contains("line 2", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Tokenize_FolderAndFileAreTheSame()
    {
        using CliBench bench = new();
        string file = TinyTokenizer.Write(bench);
        Assert.Equal("5 2\n", await bench.OutputAsync("tokenize", "--model", Path.GetDirectoryName(file)!, "ab"));
    }

    [Fact]
    public async Task Detokenize_GivesBackTheText()
    {
        using CliBench bench = new();
        string tokenizer = TinyTokenizer.Write(bench);
        Assert.Equal("ab c", await bench.OutputAsync("detokenize", "--tokenizer", tokenizer, "2,3", "4"));
        Assert.Equal("ab", await bench.OutputAsync("detokenize", "--tokenizer", tokenizer, "--skip-special", "5", "2", "6"));
        bench.Input = "[2,3,4]\n[]\n";
        Assert.Equal("\"ab c\"\n\"\"\n", await bench.OutputAsync("detokenize", "--tokenizer", tokenizer, "--jsonl"));
        bench.IsOutTerminal = true;
        Assert.Equal("ab\n", await bench.OutputAsync("detokenize", "--tokenizer", tokenizer, "2"));
    }

    [Theory]
    [InlineData("7")]
    [InlineData("two")]
    public async Task Detokenize_UnknownId_IsUsage(string id)
    {
        using CliBench bench = new();
        CliResult result = await bench.RunAsync("detokenize", "--tokenizer", TinyTokenizer.Write(bench), id);
        Assert.Equal(ExitCodes.Usage, result.Code);
        Assert.Contains("from 0 to 6", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Template_PrintsExactlyTheText()
    {
        using CliBench bench = new();
        string template = bench.Folder.Write("t.jinja", "{{ messages[0].content }}|{{ strftime_now('%Y-%m-%d %H') }}");
        string context = bench.Folder.Write("c.json", """{"messages":[{"role":"user","content":" hi\n"}]}""");
        Assert.Equal(" hi\n|2024-02-29 13", await bench.OutputAsync("template", "--template", template, "--context", context, "--now", "2024-02-29T13:00:00"));
        Assert.Equal(" hi\n|2025-01-20 12", await bench.OutputAsync("template", "--template", template, "--context", context));
    }

    [Fact]
    public async Task Template_OfAModel_KnowsItsTokens()
    {
        using CliBench bench = new() { Input = """{"messages":[{"role":"user","content":"hi"}]}""" };
        string folder = Path.GetDirectoryName(TinyTokenizer.Write(bench))!;
        Assert.Equal("<|begin|>user:hi;", await bench.OutputAsync("template", "--model", folder, "--context", "-"));
        bench.Input = """{"messages":[],"bos_token":"B"}""";
        Assert.Equal("B", await bench.OutputAsync("template", "--model", folder, "--context", "-"));
        Assert.Equal("B", await bench.OutputAsync("template", "--template", Path.Combine(folder, "tokenizer_config.json"), "--context", "-"));
    }

    [Fact]
    public async Task Template_ThatRaises_IsFailureWithItsMessage()
    {
        using CliBench bench = new() { Input = "{}" };
        CliResult result = await bench.RunAsync("template", "--template", bench.Folder.Write("t.jinja", "{{ raise_exception('no system role') }}"), "--context", "-");
        Assert.Equal(new CliResult(ExitCodes.Failure, "", "jevons: no system role\n"), result);
    }

    [Theory]
    [InlineData("not json", ExitCodes.Failure)]
    [InlineData("[]", ExitCodes.Failure)]
    public async Task Template_BadContext_IsFailure(string input, int code)
    {
        using CliBench bench = new() { Input = input };
        Assert.Equal(code, (await bench.RunAsync("template", "--template", bench.Folder.Write("t.jinja", "x"), "--context", "-")).Code);
    }
}
