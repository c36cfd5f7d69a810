using System.Diagnostics;

namespace Jevons.Benchmarks;

/// <summary>Work that a process of its own does: started, timed as a whole, its memory watched, its output read.</summary>
/// <param name="command">Program and arguments.</param>
/// <param name="parse">Reads what it took from its output; null leaves the time of the whole process.</param>
internal sealed class ProcessTrial(IReadOnlyList<string> command, Func<string, Reading?> parse) : ITrial
{
    /// <inheritdoc/>
    public int WarmUps => 1;

    /// <inheritdoc/>
    public Reading Run(CancellationToken cancellationToken)
    {
        // Peers leave log files where they run.
        ProcessStartInfo start = new(command[0], command.Skip(1))
        {
            UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = Path.GetTempPath(),
        };
        long began = Stopwatch.GetTimestamp();
        using Process process = Process.Start(start)!;
        using CancellationTokenRegistration stop = cancellationToken.Register(process.Kill);
        Task<string> output = process.StandardOutput.ReadToEndAsync(cancellationToken);
        Task<string> errors = process.StandardError.ReadToEndAsync(cancellationToken);
        long peak = 0;
        while (!process.WaitForExit(10))
        {
            peak = Math.Max(peak, ProcessMemory.Peak(process.Id));
        }

        double seconds = Stopwatch.GetElapsedTime(began).TotalSeconds;
        string text = output.GetAwaiter().GetResult();
        string complaints = errors.GetAwaiter().GetResult();
        if (process.ExitCode != 0)
        {
            string[] lines = complaints.Split('\n', StringSplitOptions.RemoveEmptyEntries);
            throw new InvalidOperationException($"{string.Join(' ', command)}: exit code {process.ExitCode}: {string.Join(" / ", lines.TakeLast(3))}");
        }

        Reading reading = parse(text) ?? new Reading(seconds);
        return reading with { ProcessSeconds = seconds, PeakBytes = Math.Max(peak, reading.PeakBytes) };
    }

    /// <inheritdoc/>
    public void Dispose()
    {
    }
}
