namespace Jevons.Cli.Tests;

/// <summary>When colours are written.</summary>
public sealed class ColorTests
{
    [Theory]
    [InlineData(true, "", "", "xterm", false, true)]
    [InlineData(false, "", "", "xterm", false, false)]
    [InlineData(true, "1", "", "xterm", false, false)]
    [InlineData(true, "", "", "dumb", false, false)]
    [InlineData(false, "", "1", "xterm", false, true)]
    [InlineData(false, "", "0", "xterm", false, false)]
    [InlineData(true, "1", "1", "xterm", false, false)]
    [InlineData(true, "", "1", "xterm", true, false)]
    public async Task Errors_AreColouredWhereAllowed(bool isTerminal, string noColor, string forceColor, string term, bool option, bool expected)
    {
        using CliBench bench = new()
        {
            IsErrorTerminal = isTerminal,
            Variables = { ["NO_COLOR"] = noColor, ["FORCE_COLOR"] = forceColor, ["TERM"] = term },
        };
        CliResult result = await bench.RunAsync([.. option ? new[] { "--no-color" } : [], "show", "nothing-of-the-kind"]);
        Assert.Equal(ExitCodes.NotFound, result.Code);
        Assert.Equal(expected, result.Error.Contains('\e', StringComparison.Ordinal));
    }

    [Fact]
    public void Environment_IsReadWithItsDefaults()
    {
        Dictionary<string, string> variables = new(StringComparer.Ordinal) { ["HF_HOME"] = "/hf", ["EDITOR"] = "vi", ["HF_HUB_OFFLINE"] = "0" };
        CliEnvironment environment = CliEnvironment.Read(variables.GetValueOrDefault, "/home/me");
        Assert.Equal(Path.Combine("/home/me", ".jevons", "models"), environment.ModelsFolder);
        Assert.Equal(Path.Combine("/hf", "token"), environment.HubTokenFile);
        Assert.Equal(Path.Combine("/hf", "hub"), environment.HuggingFaceCache);
        Assert.Equal(Path.Combine("/home/me", ".ollama", "models"), environment.OllamaFolder);
        Assert.Equal("vi", environment.Editor);
        Assert.False(environment.HubOffline);
        Assert.Null(environment.HubEndpoint);
    }
}
