using System.Diagnostics;

namespace Jevons.Cli.Tests;

/// <summary>Runs another program.</summary>
internal static class ProcessRun
{
    /// <summary>The command, to be run by dotnet.</summary>
    public static string Program { get; } = Path.Combine(AppContext.BaseDirectory, "jevons.dll");

    public static async Task<(int Code, string Out, string Error)> StartAsync(string program, string[] args, string input = "")
    {
        ProcessStartInfo start = new(program, args)
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using Process process = Process.Start(start)!;
        await process.StandardInput.WriteAsync(input);
        process.StandardInput.Close();
        Task<string> output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        Task<string> error = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return (process.ExitCode, await output, await error);
    }
}
