namespace Jevons.Cli.Tests;

/// <summary>The command as a process of its own.</summary>
public sealed class ProcessTests
{
    [Fact]
    public async Task Pipes_AreUtf8BothWays()
    {
        using CliBench bench = new();
        string template = bench.Folder.Write("t.jinja", "{{ text }}");
        (int code, string output, string error) = await ProcessRun.StartAsync(
            "dotnet", [ProcessRun.Program, "template", "--template", template, "--context", "-"], "{\"text\":\"caf\u00e9 \u601d\u8003 \ud83d\ude80\"}");
        Assert.Equal((ExitCodes.Ok, "caf\u00e9 \u601d\u8003 \ud83d\ude80", ""), (code, output, error));
    }

    [Fact]
    public async Task Errors_GoToStandardErrorWithTheirCode()
    {
        (int code, string output, string error) = await ProcessRun.StartAsync("dotnet", [ProcessRun.Program, "show", "/no/such/model.gguf"]);
        Assert.Equal((ExitCodes.NotFound, ""), (code, output));
        Assert.StartsWith("jevons: /no/such/model.gguf", error, StringComparison.Ordinal);
    }
}
