namespace Jevons.Hub.Tests.Fakes;

/// <summary>
/// A clock that jumps: a wait shorter than the limit is over at once, and the time has passed. Longer timers (the watch over stalled
/// connections) fire only when a test moves the clock.
/// </summary>
public sealed class EagerTime : TimeProvider
{
    private readonly Lock _gate = new();
    private readonly List<EagerTimer> _timers = [];
    private DateTimeOffset _now = new(2025, 1, 20, 12, 0, 0, TimeSpan.Zero);

    /// <summary>Timers of less than this are waits, which end at once.</summary>
    public TimeSpan Limit { get; init; } = TimeSpan.FromHours(1);

    /// <summary>The waits that were asked for.</summary>
    public List<TimeSpan> Waits { get; } = [];

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override DateTimeOffset GetUtcNow()
    {
        lock (_gate)
        {
            return _now;
        }
    }

    public override long GetTimestamp() => GetUtcNow().Ticks;

    /// <summary>Moves the clock and fires what is due.</summary>
    public void Advance(TimeSpan by)
    {
        List<EagerTimer> due;
        lock (_gate)
        {
            _now += by;
            due = [.. _timers.Where(t => t.Due <= _now)];
            _timers.RemoveAll(due.Contains);
        }

        due.ForEach(t => t.Fire());
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        EagerTimer timer = new(this, () => callback(state));
        timer.Change(dueTime, period);
        return timer;
    }

    private void Schedule(EagerTimer timer, TimeSpan dueTime)
    {
        lock (_gate)
        {
            _timers.Remove(timer);
            if (dueTime == Timeout.InfiniteTimeSpan)
            {
                return;
            }

            if (dueTime >= Limit)
            {
                timer.Due = _now + dueTime;
                _timers.Add(timer);
                return;
            }

            Waits.Add(dueTime);
            _now += dueTime;
        }

        ThreadPool.QueueUserWorkItem(_ => timer.Fire());
    }

    private sealed class EagerTimer(EagerTime owner, Action fire) : ITimer
    {
        public DateTimeOffset Due { get; set; }

        public void Fire() => fire();

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            owner.Schedule(this, dueTime);
            return true;
        }

        public void Dispose() => owner.Schedule(this, Timeout.InfiniteTimeSpan);

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
