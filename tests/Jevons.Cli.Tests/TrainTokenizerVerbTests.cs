using System.Text.Json;
using System.Text.Json.Nodes;
using Jevons.Testing;

namespace Jevons.Cli.Tests;

/// <summary>train tokenizer.</summary>
public sealed class TrainTokenizerVerbTests
{
    private const string Corpus = "the cat sat on the mat, the hat on the cat\nthat cat sat\n";

    [Fact]
    public async Task TrainTokenizer_WritesWhatTokenizeReads()
    {
        using CliBench bench = new();
        string folder = bench.Folder.Below("out");
        string text = await bench.OutputAsync(
            "train", "tokenizer", "--data", bench.Folder.Write("c.txt", Corpus), "--vocab-size", "265",
            "--special", "<|endoftext|>", "<|im_start|>", "--out", folder, "--json");
        using JsonDocument report = JsonDocument.Parse(text);
        Assert.Equal(265, report.RootElement.GetProperty("vocab_size").GetInt32());
        Assert.Equal(7, report.RootElement.GetProperty("merges").GetInt32());
        Assert.Equal(Corpus.Length, report.RootElement.GetProperty("bytes").GetInt64());
        Assert.Equal(["tokenizer.json", "tokenizer_config.json"], Directory.GetFiles(folder).Select(f => Path.GetFileName(f)).Order(StringComparer.Ordinal), StringComparer.Ordinal);
        Assert.Equal("0 1\n", await bench.OutputAsync("tokenize", "--model", folder, "--parse-special", "<|endoftext|><|im_start|>"));
        string ids = await bench.OutputAsync("tokenize", "--model", folder, "the cat sat");
        Assert.InRange(ids.Split(' ').Length, 2, 6);
        Assert.Equal("the cat sat", await bench.OutputAsync(["detokenize", "--model", folder, .. ids.Trim().Split(' ')]));
        Assert.Equal("<|endoftext|>", (string?)JsonNode.Parse(File.ReadAllBytes(Path.Combine(folder, "tokenizer_config.json")))!["eos_token"]);
    }

    [Theory]
    [InlineData("arithmetic-2048-qwen-lines")]
    [InlineData("multilingual-512-gpt2-whole")]
    public async Task TrainTokenizer_EqualsTheReferenceTrainersFile(string name)
    {
        string golden = SharedData.Path("graders", "tokenizer-training", name + ".tokenizer.json");
        string[] parts = name.Split('-');
        using CliBench bench = new();
        string folder = bench.Folder.Below("out");
        CliResult result = await bench.RunAsync(
        [
            "train", "tokenizer", "--data", SharedData.Path("graders", "tokenizer-training", $"corpus-{parts[0]}.txt"), "--vocab-size", parts[1],
            "--pattern", parts[2], "--special", "<|endoftext|>", "--special", "<|im_start|>", "--special", "<|im_end|>", "--out", folder,
            .. parts[3] == "lines" ? (string[])["--lines"] : [],
        ]);
        Assert.Equal(ExitCodes.Ok, result.Code);
        Assert.Equal(parts[0] == "arithmetic", result.Error.Contains("has 319 tokens, not 2048", StringComparison.Ordinal));
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(File.ReadAllBytes(golden)), JsonNode.Parse(File.ReadAllBytes(Path.Combine(folder, "tokenizer.json")))));
    }

    [Fact]
    public async Task TrainTokenizer_JsonLines_CountsEachTextOfASampleByItself()
    {
        using CliBench bench = new();
        string samples = bench.Folder.Write("s.jsonl", """
            {"text":"ab"}

            {"messages":[{"role":"user","content":"ab"},{"role":"assistant","content":"b"}]}
            {"prompt":"a","completion":"b"}
            """);
        string folder = bench.Folder.Below("out");
        using JsonDocument report = JsonDocument.Parse(
            await bench.OutputAsync("train", "tokenizer", "--data", samples, "--vocab-size", "300", "--out", folder, "--json"));
        Assert.Equal(5, report.RootElement.GetProperty("pieces").GetInt64());
        JsonNode merges = JsonNode.Parse(File.ReadAllBytes(Path.Combine(folder, "tokenizer.json")))!["model"]!["merges"]!;
        Assert.Equal("""[["a","b"]]""", merges.ToJsonString());
    }

    [Theory]
    [InlineData(ExitCodes.Usage, "expected at least 257", "--vocab-size", "256", "--special", "<|a|>")]
    [InlineData(ExitCodes.Usage, "given twice", "--vocab-size", "300", "--special", "<|a|>", "<|a|>")]
    [InlineData(ExitCodes.Usage, "did you mean <|end|>", "--vocab-size", "300", "--special", "<|end|>", "--eos", "<|ent|>")]
    [InlineData(ExitCodes.Usage, "minimum frequency is 0", "--vocab-size", "300", "--min-frequency", "0")]
    [InlineData(ExitCodes.Usage, "gpt5", "--vocab-size", "300", "--pattern", "gpt5")]
    [InlineData(ExitCodes.Usage, "--vocab-size", "--pattern", "gpt4")]
    public async Task TrainTokenizer_BadOptions_AreUsage(int code, string message, params string[] options)
    {
        using CliBench bench = new();
        string folder = bench.Folder.Below("out");
        CliResult result = await bench.RunAsync(["train", "tokenizer", "--data", bench.Folder.Write("c.txt", Corpus), "--out", folder, .. options]);
        Assert.Equal(code, result.Code);
        Assert.Contains(message, result.Error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(folder));
    }

    [Theory]
    [InlineData("empty.txt", "", ExitCodes.Failure, "has no text")]
    [InlineData("bad.jsonl", "{\"text\":\"a\"}\n{\"txt\":\"b\"}\n", ExitCodes.Failure, "line 2")]
    [InlineData("bad.jsonl", "{\"text\":", ExitCodes.Failure, "line 1, column")]
    [InlineData(".", null, ExitCodes.Usage, "is a folder")]
    [InlineData("absent.txt", null, ExitCodes.NotFound, "there is no such file")]
    public async Task TrainTokenizer_BadData_IsNamedAndNothingIsWritten(string name, string? text, int code, string message)
    {
        using CliBench bench = new();
        string file = text is null ? bench.Folder.Below(name) : bench.Folder.Write(name, text);
        string folder = bench.Folder.Below("out");
        CliResult result = await bench.RunAsync("train", "tokenizer", "--data", file, "--vocab-size", "300", "--out", folder);
        Assert.Equal(code, result.Code);
        Assert.Contains(message, result.Error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(folder));
    }

    [Fact]
    public async Task TrainTokenizer_NotUtf8_NamesFileAndOffset()
    {
        using CliBench bench = new();
        string file = bench.Folder.Below("latin1.txt");
        await File.WriteAllBytesAsync(file, [(byte)'c', (byte)'a', (byte)'f', 0xE9], TestContext.Current.CancellationToken);
        CliResult result = await bench.RunAsync("train", "tokenizer", "--data", file, "--vocab-size", "300", "--out", bench.Folder.Below("out"));
        Assert.Equal(ExitCodes.Failure, result.Code);
        Assert.Contains("latin1.txt is not UTF-8: byte 0xE9 at offset 3", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task TrainTokenizer_Stopped_LeavesTheOldFileAlone()
    {
        using CliBench bench = new() { Cancellation = new CancellationToken(canceled: true) };
        string old = bench.Folder.Write("tokenizer.json", "old");
        CliResult result = await bench.RunAsync(
            "train", "tokenizer", "--data", bench.Folder.Write("c.txt", Corpus), "--vocab-size", "300", "--out", bench.Folder.Path);
        Assert.Equal(ExitCodes.Interrupted, result.Code);
        Assert.Equal("old", await File.ReadAllTextAsync(old, TestContext.Current.CancellationToken));
        Assert.Empty(Directory.GetFiles(bench.Folder.Path, "*.partial"));
    }

    [Fact]
    public async Task TrainTokenizer_OutThatIsAFile_IsUsage()
    {
        using CliBench bench = new();
        string file = bench.Folder.Write("c.txt", Corpus);
        CliResult result = await bench.RunAsync("train", "tokenizer", "--data", file, "--vocab-size", "300", "--out", file);
        Assert.Equal(ExitCodes.Usage, result.Code);
        Assert.Equal(Corpus, await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Train_Alone_IsUsage()
    {
        using CliBench bench = new();
        CliResult result = await bench.RunAsync("train");
        Assert.Equal(ExitCodes.Usage, result.Code);
        Assert.Contains("jevons train --help", result.Error, StringComparison.Ordinal);
        Assert.Contains("tokenizer", await bench.OutputAsync("train", "--help"), StringComparison.Ordinal);
    }
}
