using System.Text.Json;
using Jevons.Hub.Tests.Fakes;

namespace Jevons.Cli.Tests;

/// <summary>pull, ls and rm against a server that speaks the hub's protocol.</summary>
public sealed class StoreVerbTests
{
    [Fact]
    public async Task Pull_List_Remove()
    {
        await using FakeHub hub = new("org/Model-GGUF");
        hub.Files["Model-Q4_K_M.gguf"] = FakeHub.RandomBytes(300_000, 1);
        using CliBench bench = new() { Variables = { ["HF_ENDPOINT"] = hub.Address.ToString() } };

        using JsonDocument pulled = JsonDocument.Parse(await bench.OutputAsync("pull", "org/Model-GGUF:Q4_K_M", "--json"));
        Assert.Equal("org/Model-GGUF:Q4_K_M", pulled.RootElement.GetProperty("name").GetString());
        Assert.Equal(300_000, pulled.RootElement.GetProperty("bytes_received").GetInt64());
        Assert.Contains("was there already", await bench.OutputAsync("pull", "org/Model-GGUF:Q4_K_M"), StringComparison.Ordinal);

        string id = pulled.RootElement.GetProperty("id").GetString()!;
        string table = await bench.OutputAsync("ls");
        Assert.StartsWith("NAME", table, StringComparison.Ordinal);
        Assert.Contains($"org/Model-GGUF:Q4_K_M    {id}    300 kB", table, StringComparison.Ordinal);
        Assert.Equal("org/Model-GGUF:Q4_K_M\n", await bench.OutputAsync("ls", "--names"));
        using JsonDocument listed = JsonDocument.Parse(await bench.OutputAsync("ls", "--json"));
        Assert.Equal(id, Assert.Single(listed.RootElement.EnumerateArray()).GetProperty("id").GetString());

        Assert.Contains("300 kB freed", await bench.OutputAsync("rm", "org/Model-GGUF:Q4_K_M"), StringComparison.Ordinal);
        Assert.Equal("[]\n", await bench.OutputAsync("ls", "--json"));
    }

    [Fact]
    public async Task Pull_OnATerminal_DrawsALineAndRemovesIt()
    {
        await using FakeHub hub = new("org/Model-GGUF");
        hub.Files["Model-Q4_K_M.gguf"] = FakeHub.RandomBytes(300_000, 1);
        using CliBench bench = new() { IsErrorTerminal = true, Time = TimeProvider.System, Variables = { ["HF_ENDPOINT"] = hub.Address.ToString() } };
        CliResult result = await bench.RunAsync("pull", "org/Model-GGUF");
        Assert.Equal(ExitCodes.Ok, result.Code);
        Assert.StartsWith("\r", result.Error, StringComparison.Ordinal);
        Assert.EndsWith("\r\e[K", result.Error, StringComparison.Ordinal);
        Assert.DoesNotContain('\r', result.Out);
    }

    [Fact]
    public async Task Pull_Failures_HaveTheirCodes()
    {
        await using FakeHub hub = new("org/Model-GGUF") { GatedBy = "secret" };
        using CliBench bench = new() { Variables = { ["HF_ENDPOINT"] = hub.Address.ToString() } };
        CliResult gated = await bench.RunAsync("pull", "org/Model-GGUF");
        Assert.Equal(ExitCodes.Failure, gated.Code);
        hub.GatedBy = null;
        Assert.Equal(ExitCodes.NotFound, (await bench.RunAsync("pull", "org/Other-GGUF")).Code);
        Assert.Equal(ExitCodes.Usage, (await bench.RunAsync("pull", "deepsek-r1:7b")).Code);
        bench.Variables["HF_HUB_OFFLINE"] = "1";
        Assert.Equal(ExitCodes.Network, (await bench.RunAsync("pull", "org/Model-GGUF")).Code);
        bench.Variables["HF_ENDPOINT"] = "no address";
        Assert.Equal(ExitCodes.Usage, (await bench.RunAsync("pull", "org/Model-GGUF")).Code);
    }

    [Fact]
    public async Task Pull_SendsTheTokenOfTheFile()
    {
        await using FakeHub hub = new("org/Model-GGUF") { GatedBy = "secret" };
        hub.Files["Model-Q4_K_M.gguf"] = FakeHub.RandomBytes(2000, 1);
        using CliBench bench = new() { Variables = { ["HF_ENDPOINT"] = hub.Address.ToString() } };
        bench.Variables["HF_TOKEN_PATH"] = bench.Folder.Write("token", "secret\n");
        Assert.Equal(ExitCodes.Ok, (await bench.RunAsync("pull", "org/Model-GGUF")).Code);
    }

    [Fact]
    public async Task Remove_OfAnUnknownName_IsNotFound()
    {
        using CliBench bench = new();
        Assert.Equal(ExitCodes.NotFound, (await bench.RunAsync("rm", "org/none")).Code);
    }

    [Fact]
    public async Task EmptyStore_IsSaidOnStandardError()
    {
        using CliBench bench = new();
        CliResult result = await bench.RunAsync("ls");
        Assert.Equal(ExitCodes.Ok, result.Code);
        Assert.Empty(result.Out);
        Assert.Contains("jevons pull", result.Error, StringComparison.Ordinal);
    }
}
