using Jevons.Hub;

namespace Jevons.Cli;

/// <summary>Shows how far a pull is; waits are always said.</summary>
/// <param name="context">Where to.</param>
internal sealed class PullDisplay(CliContext context) : IProgress<PullProgress>, IDisposable
{
    private readonly ProgressLine _line = new(context);

    /// <inheritdoc/>
    public void Report(PullProgress value)
    {
        switch (value.Phase)
        {
            case PullPhase.Listing:
                _line.Show(_ => "asking the hub");
                break;
            case PullPhase.Waiting:
                _line.ShowNow(_ => value.Message ?? "waiting");
                break;
            case PullPhase.Checking:
                _line.Show(width => ProgressBar.Text($"checking {TitleOf(value)}", value.Done, value.Total, "", width));
                break;
            case PullPhase.Downloading:
                _line.Show(width => ProgressBar.Text($"pulling {TitleOf(value)}", value.Done, value.Total, Tail(value), width));
                break;
            default:
                break;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _line.Dispose();

    private static string TitleOf(PullProgress value)
    {
        const int longest = 40;
        string name = Path.GetFileName(value.File);
        name = name.Length > longest ? "…" + name[^(longest - 1)..] : name;
        return value.FileCount > 1 ? $"{name} ({value.FileNumber}/{value.FileCount})" : name;
    }

    private static string Tail(PullProgress value) => value.BytesPerSecond <= 0 ? ""
        : $"{ByteText.Of((long)value.BytesPerSecond)}/s" + (value.Remaining is { } left ? "  " + ProgressBar.Duration(left) : "");
}
