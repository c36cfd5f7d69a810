using Jevons.Hub;

namespace Jevons.Cli;

/// <summary>Shows how far the writing of a model is, and stops it when the person asks.</summary>
/// <param name="context">Where to, and when to stop.</param>
/// <param name="title">What is being done, such as "quantising".</param>
internal sealed class WriteProgress(CliContext context, string title) : IDisposable
{
    private readonly ProgressLine _line = new(context);
    private readonly long _start = context.Time.GetTimestamp();
    private long _done;

    /// <summary>Bytes in all; set before the first report.</summary>
    public long Total { get; set; }

    /// <summary>Time since this object was made.</summary>
    public TimeSpan Elapsed => context.Time.GetElapsedTime(_start);

    /// <summary>Counts bytes that were written.</summary>
    /// <param name="tensor">The tensor that they belong to.</param>
    /// <param name="bytes">How many.</param>
    /// <exception cref="OperationCanceledException">The person asked to stop.</exception>
    public void Report(string tensor, long bytes)
    {
        context.Cancellation.ThrowIfCancellationRequested();
        _done += bytes;
        _line.Show(width => ProgressBar.Text(title, _done, Total, Tail(), width));
    }

    /// <inheritdoc/>
    public void Dispose() => _line.Dispose();

    private string Tail()
    {
        double speed = _done / Math.Max(1e-3, Elapsed.TotalSeconds);
        TimeSpan left = TimeSpan.FromSeconds(Math.Max(0, Total - _done) / Math.Max(1, speed));
        return $"{ByteText.Of((long)speed)}/s  {ProgressBar.Duration(left)}";
    }
}
