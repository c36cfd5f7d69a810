using System.Text.Json;
using System.Text.RegularExpressions;

namespace Jevons.Cli.Tests;

/// <summary>A chat from lines, as from a pipe.</summary>
public sealed partial class ChatTests
{
    private static readonly string s_question = string.Concat(Enumerable.Repeat("a c ", 40));

    private static async Task<CliResult> ChatAsync(CliBench bench, string folder, params string[] lines)
    {
        bench.Variables["JEVONS_HOME"] = bench.Folder.Below("home");
        bench.Input = string.Join('\n', lines) + "\n";
        return await bench.RunAsync("chat", folder, "--max-tokens", "4", "--temperature", "0", "--threads", "1");
    }

    [GeneratedRegex("(?<name>prompt eval|cached) count: +(?<n>[0-9]+) token", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Counts { get; }

    [Fact]
    public async Task EachTurn_ReusesThePagesOfTheLast()
    {
        using CliBench bench = new();
        CliResult result = await ChatAsync(bench, TinyChat.Write(bench), s_question, "/stats", s_question, "/stats", s_question, "/stats");
        Assert.Equal(ExitCodes.Ok, result.Code);
        int[] counts = [.. Counts.Matches(result.Out).Select(m => int.Parse(m.Groups["n"].Value, System.Globalization.CultureInfo.InvariantCulture))];
        Assert.Equal(6, counts.Length);
        (int firstPrompt, int firstCached, int secondPrompt, int secondCached, int thirdCached) = (counts[0], counts[1], counts[2], counts[3], counts[5]);
        const int page = 64;
        Assert.Equal(0, firstCached);
        Assert.True(firstPrompt > page, $"a first prompt of {firstPrompt} tokens fills no page");
        Assert.InRange(secondCached, firstPrompt / page * page, firstPrompt + 4);
        Assert.InRange(thirdCached, secondPrompt / page * page, secondPrompt + 4);
    }

    [Fact]
    public async Task Lines_BecomeOneMessageByQuotesAndBackslashes()
    {
        using CliBench bench = new();
        await ChatAsync(bench, TinyChat.Write(bench), "\"\"\"a", "b\"\"\"", "a\\", "b\\", "c");
        using JsonDocument saved = JsonDocument.Parse(
            await File.ReadAllTextAsync(bench.Folder.Below("home", "conversations", "last.json"), TestContext.Current.CancellationToken));
        string?[] messages =
        [
            .. saved.RootElement.GetProperty("messages").EnumerateArray()
                .Where(m => m.GetProperty("role").ValueEquals("user"u8)).Select(m => m.GetProperty("content").GetString()),
        ];
        Assert.Equal(2, messages.Length);
        Assert.Equal(("a\nb", "a\nb\nc"), (messages[0], messages[1]));
    }

    [Fact]
    public async Task Resume_GoesOnWithTheLastConversation()
    {
        using CliBench bench = new();
        string folder = TinyChat.Write(bench);
        await ChatAsync(bench, folder, "a b c");
        bench.Input = "/tokens\n";
        CliResult result = await bench.RunAsync("chat", "--resume", "--threads", "1");
        Assert.Contains("going on with a conversation of 2 messages, the last question: a b c", result.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("takes 0 of", result.Out, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/help", "/attach FILE")]
    [InlineData("/system a", "System instruction: a")]
    [InlineData("/set system a", "System instruction: a")]
    [InlineData("/set seed 7", "temperature 0, top-k 40, top-p 0.95, min-p 0.05, seed 7, at most 4 tokens")]
    [InlineData("/set xtc-probability 0.5", "min-p 0.05, XTC 0.5 from 0.1, at most 4 tokens")]
    [InlineData("/set typical_p 0.9", "min-p 0.05, typical-p 0.9, at most")]
    [InlineData("/set dry_multiplier 0.8", "DRY 0.8 * 1.75^(n - 2)")]
    [InlineData("/set dry_penalty_last_n -1", "temperature 0, ")]
    [InlineData("/set dry_sequence_breaker -", "temperature 0, ")]
    [InlineData("/set stop abc", "stop at \"abc\"")]
    [InlineData("/set", "Names: temperature, ")]
    [InlineData("/think", "no thinking of its own")]
    [InlineData("/think on", "no thinking of its own")]
    [InlineData("/retry", "no question to answer")]
    [InlineData("/undo", "nothing to take back")]
    [InlineData("/stats", "no answer yet")]
    [InlineData("/info", "llama")]
    [InlineData("/tokens ab", "       2  ab\n1 token\n")]
    [InlineData("/clear", "forgotten")]
    public async Task Commands_Answer(string line, string expected)
    {
        using CliBench bench = new();
        CliResult result = await ChatAsync(bench, TinyChat.Write(bench), line, "/bye", "never read");
        Assert.Contains(expected, result.Out, StringComparison.Ordinal);
        Assert.Equal(ExitCodes.Ok, result.Code);
    }

    [Theory]
    [InlineData("/foo", "There is no command /foo; /help lists them.")]
    [InlineData("/sysem", "did you mean /system?")]
    [InlineData("/set temprature 1", "did you mean temperature?")]
    [InlineData("/set temperature x", "'x' is no number")]
    [InlineData("/load /no/such/file", "/no/such/file")]
    [InlineData("/save", "Write /save FILE")]
    public async Task WrongCommands_AreToldAndTheChatGoesOn(string line, string expected)
    {
        using CliBench bench = new();
        CliResult result = await ChatAsync(bench, TinyChat.Write(bench), line, "/clear");
        Assert.Contains(expected, result.Error, StringComparison.Ordinal);
        Assert.Contains("forgotten", result.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task SavedConversation_LoadsAndExports()
    {
        using CliBench bench = new();
        string json = bench.Folder.Below("c.json");
        string markdown = bench.Folder.Below("c.md");
        CliResult result = await ChatAsync(bench, TinyChat.Write(bench), "a b", $"/save {json}", $"/export {markdown}", "/clear", $"/load {json}", "/undo");
        Assert.Contains("Loaded 2 messages.", result.Out, StringComparison.Ordinal);
        Assert.Contains("Taken back: a b", result.Out, StringComparison.Ordinal);
        Assert.Contains("## You\n\na b\n", await File.ReadAllTextAsync(markdown, TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Fact]
    public async Task ConversationBeyondTheContext_IsRefusedWithAdvice()
    {
        using CliBench bench = new();
        CliResult result = await ChatAsync(bench, TinyChat.Write(bench, context: 128), s_question + s_question, "/tokens");
        Assert.Contains("/clear begins anew", result.Error, StringComparison.Ordinal);
        Assert.Contains("takes 0 of 128 tokens", result.Out, StringComparison.Ordinal);
    }
}
