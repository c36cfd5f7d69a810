namespace Jevons.Hub;

/// <summary>Turns byte counts into reports: speed over a sliding window of five seconds, at most ten reports a second.</summary>
internal sealed class PullMeter(IProgress<PullProgress>? progress, TimeProvider time)
{
    private static readonly TimeSpan s_reportEvery = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan s_window = TimeSpan.FromSeconds(5);
    private readonly Queue<(long Stamp, long Received)> _samples = new();
    private long _lastReport;
    private long _received;
    private PullProgress _now = new() { Phase = PullPhase.Listing };

    /// <summary>Bytes received from the network so far, those thrown away included.</summary>
    public long Received => _received;

    /// <summary>Says what is being done; always reported.</summary>
    public void Enter(PullPhase phase, string? message = null)
    {
        _now = _now with { Phase = phase, Message = message };
        Report();
    }

    /// <summary>Says how much the whole pull is.</summary>
    public void Plan(int files, long done, long total) => _now = _now with { FileCount = files, Done = done, Total = total };

    /// <summary>Says which file is next; always reported.</summary>
    public void Begin(string file, int number)
    {
        _now = _now with { File = file, FileNumber = number, Phase = PullPhase.Downloading, Message = null };
        Report();
    }

    /// <summary>Says which file's bytes on the disk are read; always reported.</summary>
    public void Check(string file)
    {
        _now = _now with { File = file, Phase = PullPhase.Checking, Message = null };
        Report();
    }

    /// <summary>Says why the next attempt waits; always reported.</summary>
    public void Wait(string why, TimeSpan delay) => Enter(PullPhase.Waiting, $"trying again in {delay.TotalSeconds:0} s: {why}");

    /// <summary>Counts bytes that arrived.</summary>
    public void Receive(long bytes)
    {
        _received += bytes;
        _now = _now with { Done = _now.Done + bytes, Phase = PullPhase.Downloading, Message = null };
        ReportSometimes();
    }

    /// <summary>Counts bytes that an earlier pull left.</summary>
    public void Found(long bytes)
    {
        _now = _now with { Done = _now.Done + bytes };
        ReportSometimes();
    }

    /// <summary>Takes back bytes that are thrown away.</summary>
    public void Discard(long bytes) => _now = _now with { Done = _now.Done - bytes };

    private void ReportSometimes()
    {
        if (time.GetElapsedTime(_lastReport) >= s_reportEvery)
        {
            Report();
        }
    }

    private void Report()
    {
        long stamp = time.GetTimestamp();
        _lastReport = stamp;
        if (progress is null)
        {
            return;
        }

        _samples.Enqueue((stamp, _received));
        while (_samples.Count > 2 && time.GetElapsedTime(_samples.Peek().Stamp, stamp) > s_window)
        {
            _samples.Dequeue();
        }

        (long start, long before) = _samples.Peek();
        double seconds = time.GetElapsedTime(start, stamp).TotalSeconds;
        double speed = seconds > 0 ? (_received - before) / seconds : 0;
        long left = Math.Max(0, _now.Total - _now.Done);
        TimeSpan? remaining = speed > 0 && left / speed < TimeSpan.MaxValue.TotalSeconds / 2 ? TimeSpan.FromSeconds(left / speed) : null;
        progress.Report(_now with { BytesPerSecond = speed, Remaining = remaining });
    }
}
