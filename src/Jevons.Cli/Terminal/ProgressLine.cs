namespace Jevons.Cli;

/// <summary>
/// Progress on standard error: one line that is redrawn on a terminal, a line every five seconds elsewhere. Not thread-safe.
/// </summary>
/// <param name="context">Stream, clock and width.</param>
internal sealed class ProgressLine(CliContext context) : IDisposable
{
    private static readonly TimeSpan s_redraw = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan s_repeat = TimeSpan.FromSeconds(5);
    private readonly bool _redraws = context.CanRedraw;
    private readonly long _start = context.Time.GetTimestamp();
    private long? _last;
    private string _shown = "";

    /// <summary>Shows a state when it is time to.</summary>
    /// <param name="text">Makes the text, only where it is shown; it receives the columns that it may fill.</param>
    public void Show(Func<int, string> text)
    {
        TimeSpan since = context.Time.GetElapsedTime(_last ?? _start);
        if (_redraws ? _last is null || since >= s_redraw : since >= s_repeat)
        {
            Write(text);
        }
    }

    /// <summary>Shows a state whatever the time, for one that matters: a wait, a change of file.</summary>
    /// <param name="text">Makes the text.</param>
    public void ShowNow(Func<int, string> text) => Write(text);

    /// <summary>Removes the line from a terminal.</summary>
    public void Dispose()
    {
        if (_redraws && _shown.Length > 0)
        {
            context.Error.Write("\r\e[K");
            _shown = "";
        }
    }

    private void Write(Func<int, string> text)
    {
        const int columnsOfALog = 100;
        int width = _redraws ? Math.Max(20, context.TerminalWidth() - 1) : columnsOfALog;
        string line = text(width);
        line = line.Length > width ? line[..width] : line;
        if (line == _shown)
        {
            return;
        }

        _last = context.Time.GetTimestamp();
        _shown = line;
        if (_redraws)
        {
            context.Error.Write($"\r{line}\e[K");
        }
        else
        {
            context.Error.WriteLine(line);
        }
    }
}
