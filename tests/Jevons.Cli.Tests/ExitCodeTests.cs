namespace Jevons.Cli.Tests;

/// <summary>What the command ends with, and what it says then.</summary>
public sealed class ExitCodeTests
{
    [Fact]
    public async Task Help_NamesEveryVerb()
    {
        using CliBench bench = new();
        string help = await bench.OutputAsync("--help");
        Assert.All(CommandTree.VerbNames, verb => Assert.Contains($"  {verb}", help, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Version_IsOneLine()
    {
        using CliBench bench = new();
        Assert.Matches("^jevons [0-9]+\\.[0-9]+\\.[0-9]+\n$", await bench.OutputAsync("--version"));
    }

    [Fact]
    public async Task EveryVerb_HelpHasAnExample()
    {
        using CliBench bench = new();
        foreach (string verb in CommandTree.VerbNames)
        {
            Assert.Contains($"  jevons {verb}", await bench.OutputAsync(verb, "--help"), StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("tokenise", "did you mean tokenize?")]
    [InlineData("quantise", "did you mean quantize?")]
    [InlineData("--verson", "did you mean --version?")]
    public async Task UnknownVerb_IsUsageWithTheNearest(string word, string hint)
    {
        using CliBench bench = new();
        CliResult result = await bench.RunAsync(word);
        Assert.Equal(ExitCodes.Usage, result.Code);
        Assert.Contains(hint, result.Error, StringComparison.Ordinal);
        Assert.Empty(result.Out);
    }

    [Fact]
    public async Task UnknownOption_IsUsageEvenWhereTheVerbTakesText()
    {
        using CliBench bench = new();
        CliResult result = await bench.RunAsync("tokenize", "--tokenizer", TinyTokenizer.Write(bench), "--prase-special", "ab");
        Assert.Equal(ExitCodes.Usage, result.Code);
        Assert.Contains("did you mean --parse-special?", result.Error, StringComparison.Ordinal);
        Assert.Contains("jevons tokenize --help", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task TextBehindTwoDashes_MayLookLikeAnOption()
    {
        using CliBench bench = new();
        Assert.Equal("0\n", await bench.OutputAsync("tokenize", "--tokenizer", TinyTokenizer.Write(bench), "--no-bos", "--", "--a"));
    }

    [Theory]
    [InlineData("rm")]
    [InlineData("quantize", "only-one")]
    [InlineData("blocks", "sideways", "Q4_0", "a", "b")]
    [InlineData("completion", "cmd")]
    [InlineData("tokenize", "text")]
    public async Task MissingOrWrongArguments_AreUsage(params string[] args)
    {
        using CliBench bench = new();
        CliResult result = await bench.RunAsync(args);
        Assert.Equal(ExitCodes.Usage, result.Code);
        Assert.StartsWith("jevons: ", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task MissingPath_IsNotFoundWithTheNearest()
    {
        using CliBench bench = new();
        bench.Folder.Write("model.gguf", "x");
        CliResult result = await bench.RunAsync("show", bench.Folder.Below("modle.gguf"));
        Assert.Equal(ExitCodes.NotFound, result.Code);
        Assert.Contains("did you mean model.gguf?", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task UnknownModelName_IsNotFoundAndSaysWhereItLooked()
    {
        using CliBench bench = new();
        CliResult result = await bench.RunAsync("show", "no-such-model");
        Assert.Equal(ExitCodes.NotFound, result.Code);
        Assert.Contains(bench.StoreFolder, result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task DamagedFile_IsFailureAndNamesTheFile()
    {
        using CliBench bench = new();
        string path = bench.Folder.Write("bad.gguf", "GGUF\u0003\0\0\0");
        CliResult result = await bench.RunAsync("show", path);
        Assert.Equal(ExitCodes.Failure, result.Code);
        Assert.Contains(path, result.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", result.Error, StringComparison.Ordinal);
    }

    // A device on which every write finds no space stands for a full disk.
    [Theory]
    [InlineData("convert", "MODEL", "TARGET")]
    [InlineData("score", "MODEL", "--ids", "1,2,3", "--logits-out", "TARGET")]
    public async Task FullDisk_DoesNotFitAndLeavesNothingBehind(params string[] args)
    {
        Assert.SkipUnless(File.Exists("/dev/full"), "there is no /dev/full on this machine");
        using CliBench bench = new();
        string model = TinyModel.Write(bench);
        string target = bench.Folder.Below("out.gguf");
        File.CreateSymbolicLink(target + ".partial", "/dev/full");
        CliResult result = await bench.RunAsync([.. args.Select(a => a == "MODEL" ? model : a == "TARGET" ? target : a)]);
        Assert.Equal(ExitCodes.DoesNotFit, result.Code);
        Assert.StartsWith("jevons: the disk is full: ", result.Error, StringComparison.Ordinal);
        Assert.Contains("free some space", result.Error, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFileSystemEntries(bench.Folder.Path, "out*"));
    }

    [Fact]
    public async Task CacheBeyondMemory_DoesNotFitAndSaysWhatItNeeds()
    {
        const string Overcommit = "/proc/sys/vm/overcommit_memory";
        Assert.SkipUnless(
            File.Exists(Overcommit) && (await File.ReadAllTextAsync(Overcommit, TestContext.Current.CancellationToken)).Trim() != "1",
            "this system promises memory that it does not have");
        using CliBench bench = new();
        CliResult result = await bench.RunAsync("run", TinyChat.Write(bench), "ab", "--ctx", "2000000000");
        Assert.Equal(ExitCodes.DoesNotFit, result.Code);
        Assert.Contains("a context of 2000000000 tokens needs a cache of ", result.Error, StringComparison.Ordinal);
        Assert.Contains("ask for a shorter context", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Debug_ShowsTheStack()
    {
        using CliBench bench = new() { Variables = { ["JEVONS_DEBUG"] = "1" } };
        CliResult result = await bench.RunAsync("show", bench.Folder.Write("bad.gguf", "GGUF\u0003\0\0\0"));
        Assert.Contains("   at ", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Cancelled_Is130()
    {
        using CancellationTokenSource stop = new();
        await stop.CancelAsync();
        using CliBench bench = new() { Cancellation = stop.Token, Input = "\"ab\"\n" };
        CliResult result = await bench.RunAsync("tokenize", "--tokenizer", TinyTokenizer.Write(bench), "--jsonl");
        Assert.Equal(ExitCodes.Interrupted, result.Code);
    }

    public static TheoryData<Exception, int> Failures => new()
    {
        { new InsufficientMemoryException(), ExitCodes.DoesNotFit },
        { new Hub.HubException(Hub.HubErrorKind.NoSpace, "full"), ExitCodes.DoesNotFit },
        { new Hub.HubException(Hub.HubErrorKind.Network, "away"), ExitCodes.Network },
        { new Hub.HubException(Hub.HubErrorKind.Offline, "off"), ExitCodes.Network },
        { new Hub.HubException(Hub.HubErrorKind.NotFound, "gone"), ExitCodes.NotFound },
        { new Hub.HubException(Hub.HubErrorKind.Unauthorized, "gated"), ExitCodes.Failure },
        { new Hub.HubException(Hub.HubErrorKind.Usage, "what"), ExitCodes.Usage },
        { new AggregateException(new FileNotFoundException("f")), ExitCodes.NotFound },
        { new KeyNotFoundException("n"), ExitCodes.Failure },
    };

    [Theory]
    [MemberData(nameof(Failures))]
    public void EveryFailure_HasItsCodeAndOneLine(Exception failure, int code)
    {
        using CliBench bench = new();
        using StringWriter error = new() { NewLine = "\n" };
        Assert.Equal(code, ErrorReport.Write(failure, bench.Context(TextWriter.Null, error)));
        Assert.StartsWith("jevons: ", error.ToString(), StringComparison.Ordinal);
        Assert.Equal(failure is KeyNotFoundException, error.ToString().Contains("unexpected KeyNotFoundException", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(true, "jevons: one two three four five six seven eight nine ten eleven twelve thirteen\nfourteen\n")]
    [InlineData(false, "jevons: one two three four five six seven eight nine ten eleven twelve thirteen fourteen\n")]
    public void LongMessages_BreakBetweenWordsOnATerminal(bool isTerminal, string wanted)
    {
        using CliBench bench = new() { IsErrorTerminal = isTerminal, Variables = { ["NO_COLOR"] = "1" } };
        using StringWriter error = new() { NewLine = "\n" };
        const string Message = "one two three four five six seven eight nine ten eleven twelve thirteen fourteen";
        ErrorReport.Write(new InvalidDataException(Message), bench.Context(TextWriter.Null, error));
        Assert.Equal(wanted, error.ToString());
    }

    [Fact]
    public void ArgumentErrors_LeaveOutTheParametersName()
    {
        using CliBench bench = new();
        using StringWriter error = new() { NewLine = "\n" };
        ErrorReport.Write(new ArgumentException("rows are broken", "source"), bench.Context(TextWriter.Null, error));
        Assert.Equal("jevons: rows are broken\n", error.ToString());
    }
}
