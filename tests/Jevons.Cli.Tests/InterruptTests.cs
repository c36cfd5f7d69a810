using System.Diagnostics;

namespace Jevons.Cli.Tests;

/// <summary>Ctrl-C, as the signal that a terminal sends.</summary>
public sealed class InterruptTests
{
    // Without the tokens that end an answer or have no text.
    private static readonly string[] s_endless =
        ["--ctx", "500000", "--threads", "1", "--logit-bias", "5=-100", "--logit-bias", "6=-100", "--logit-bias", "7=-100"];

    // The signal may be ignored where tests run in the background of a shell; env gives it its usual meaning back.
    private static Process Start(CliBench bench, params string[] args)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && File.Exists("/usr/bin/env"), "sends signals as Linux does");
        return Process.Start(new ProcessStartInfo("/usr/bin/env", ["--default-signal=INT", "dotnet", ProcessRun.Program, .. args])
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment = { ["JEVONS_HOME"] = bench.Folder.Below("home") },
        })!;
    }

    private static async Task InterruptAfterFirstWordsAsync(Process process)
    {
        Assert.Equal(1, await process.StandardOutput.ReadAsync(new char[1], TestContext.Current.CancellationToken));
        await ProcessRun.StartAsync("/bin/kill", ["-INT", process.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)]);
    }

    [Fact]
    public async Task Run_StopsAndEndsWith130()
    {
        using CliBench bench = new();
        using Process process = Start(bench, ["run", TinyChat.Write(bench, context: 1_000_000), "a b c", .. s_endless]);
        process.StandardInput.Close();
        Task<string> error = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await InterruptAfterFirstWordsAsync(process);
        await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.True(process.ExitCode == ExitCodes.Interrupted, $"exit {process.ExitCode}: {await error}");
    }

    [Fact]
    public async Task Chat_StopsTheAnswerAndGoesOn()
    {
        using CliBench bench = new();
        using Process process = Start(bench, ["chat", TinyChat.Write(bench, context: 1_000_000), .. s_endless]);
        Task<string> error = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.StandardInput.WriteLineAsync("a b c");
        await process.StandardInput.FlushAsync(TestContext.Current.CancellationToken);
        await InterruptAfterFirstWordsAsync(process);
        await process.StandardInput.WriteLineAsync("/undo");
        process.StandardInput.Close();
        string rest = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.True(process.ExitCode == ExitCodes.Ok, $"exit {process.ExitCode}: {await error}");
        Assert.EndsWith("Taken back: a b c\n", rest, StringComparison.Ordinal);
    }
}
