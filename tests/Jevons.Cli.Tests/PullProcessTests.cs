using System.Diagnostics;
using System.Text.Json;
using Jevons.Hub.Tests.Fakes;

namespace Jevons.Cli.Tests;

/// <summary>A pull as a process of its own that is killed without warning, and the pull after it.</summary>
public sealed class PullProcessTests
{
    private const string Name = "Model-Q4_K_M.gguf";
    private static readonly byte[] s_weights = FakeHub.RandomBytes(6_000_000, 3);

    // Pulls until part of the file is on the disk, then kills the process; returns how much is there.
    private static async Task<long> KillInTheMiddleAsync(CliBench bench, FakeHub hub)
    {
        TaskCompletionSource killed = new(TaskCreationOptions.RunContinuationsAsynchronously);
        hub.CdnFaults.Enqueue(r => FakeHub.Content(r, s_weights) with { CutAfter = 4_000_000, AtCut = () => killed.Task });
        using Process process = Process.Start(Command(bench, hub))!;
        FileInfo part = new(bench.Folder.Below("store", "org", "Model-GGUF", Name + ".part"));
        try
        {
            while (!part.Exists || part.Length < 1_000_000)
            {
                Assert.False(process.HasExited, "the pull ended before it could be killed");
                await Task.Delay(10, TestContext.Current.CancellationToken);
                part.Refresh();
            }
        }
        finally
        {
            process.Kill();
            await process.WaitForExitAsync(CancellationToken.None);
            killed.SetResult();
        }

        part.Refresh();
        return part.Length;
    }

    private static ProcessStartInfo Command(CliBench bench, FakeHub hub, params string[] more) => new("dotnet", [ProcessRun.Program, "pull", "org/Model-GGUF", .. more])
    {
        UseShellExecute = false,
        RedirectStandardOutput = true,
        RedirectStandardError = true,
        Environment = { ["HF_ENDPOINT"] = hub.Address.ToString(), ["JEVONS_MODELS"] = bench.StoreFolder, ["HF_HUB_OFFLINE"] = "0", ["HF_TOKEN"] = "" },
    };

    private static async Task<JsonElement> PullAsync(CliBench bench, FakeHub hub)
    {
        using Process process = Process.Start(Command(bench, hub, "--json"))!;
        Task<string> error = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        string output = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.True(process.ExitCode == ExitCodes.Ok, $"exit {process.ExitCode}: {await error}");
        using JsonDocument document = JsonDocument.Parse(output);
        return document.RootElement.Clone();
    }

    [Fact]
    public async Task KilledPull_GoesOnWhereItEnded()
    {
        await using FakeHub hub = new("org/Model-GGUF");
        hub.Files[Name] = s_weights;
        using CliBench bench = new();
        long there = await KillInTheMiddleAsync(bench, hub);
        Assert.InRange(there, 1_000_000, 4_000_000);
        Assert.Contains("% pulled: pull it again to go on", await bench.OutputAsync("ls"), StringComparison.Ordinal);

        JsonElement pulled = await PullAsync(bench, hub);

        Assert.Equal(s_weights.Length - there, pulled.GetProperty("bytes_received").GetInt64());
        Assert.Equal([0, there], hub.CdnRequests.Select(r => r.From));
        Assert.Equal(s_weights, await File.ReadAllBytesAsync(bench.Folder.Below("store", "org", "Model-GGUF", Name), TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task KilledPull_WhosePartWasDamaged_IsFoundOutByTheChecksumAndFetchedAnew()
    {
        await using FakeHub hub = new("org/Model-GGUF");
        hub.Files[Name] = s_weights;
        using CliBench bench = new();
        long there = await KillInTheMiddleAsync(bench, hub);
        using (FileStream part = File.Open(bench.Folder.Below("store", "org", "Model-GGUF", Name + ".part"), FileMode.Open))
        {
            part.Position = 500_000;
            part.WriteByte((byte)~s_weights[500_000]);
        }

        await PullAsync(bench, hub);

        Assert.Equal([0, there, 0], hub.CdnRequests.Select(r => r.From));
        Assert.Equal(s_weights, await File.ReadAllBytesAsync(bench.Folder.Below("store", "org", "Model-GGUF", Name), TestContext.Current.CancellationToken));
    }
}
