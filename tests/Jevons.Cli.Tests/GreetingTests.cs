namespace Jevons.Cli.Tests;

/// <summary>The command without a verb.</summary>
public sealed class GreetingTests
{
    [Fact]
    public async Task WithoutAModel_OffersTheLargestThatFits_AndAsksNobodyOnAPipe()
    {
        using CliBench bench = new() { IsInTerminal = true };
        string text = await bench.OutputAsync();
        Assert.Contains("There is no model here yet", text, StringComparison.Ordinal);
        Assert.Matches("jevons pull deepseek-r1:|none fits", text);
        Assert.DoesNotContain("[y/N]", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task WithoutAModel_OnATerminal_AsksOnce()
    {
        using CliBench bench = new() { IsInTerminal = true, IsOutTerminal = true, Input = "n\n" };
        string text = await bench.OutputAsync();
        Assert.Matches("Pull it now\\? \\[y/N\\] Later then|none fits", text);
        Assert.All(text.Split('\n'), line => Assert.True(line.Length <= 90, line));
    }

    [Fact]
    public async Task WithModels_ListsThemAndTellsAPipeHowToGoOn()
    {
        using CliBench bench = new();
        string cache = bench.Folder.Below("hf");
        bench.Variables["HF_HUB_CACHE"] = cache;
        TinyModel.Write(bench, "hf/models--org--tiny/snapshots/0123456789abcdef0123456789abcdef01234567");
        bench.Folder.Write("hf/models--org--tiny/refs/main", "0123456789abcdef0123456789abcdef01234567");
        string text = await bench.OutputAsync();
        Assert.Contains("There is one model here:", text, StringComparison.Ordinal);
        Assert.Contains("Hugging Face cache", text, StringComparison.Ordinal);
        Assert.Contains("Chat with one of them:  jevons chat ", text, StringComparison.Ordinal);
    }
}
