namespace Jevons.Inference;

/// <summary>
/// Decides when a measurement is warm: a runtime compiles what runs often a second time, and a first pass meets cold caches. Untimed
/// repetitions are run for a second at least, until two in a row differ by less than 5 %, three at most once the second is over;
/// after one that took longer than ten seconds, in which all of that has happened, none.
/// </summary>
internal sealed class WarmUp
{
    private const double LeastSeconds = 1;
    private const double LongSeconds = 10;
    private const double SameShare = 0.05;
    private const int Most = 3;

    // Of passes too short to measure.
    private const int MostShort = 50;

    private double _seconds;
    private double _last = double.NaN;

    /// <summary>Repetitions that were run.</summary>
    public int Count { get; private set; }

    /// <summary>Whether another repetition is to be run.</summary>
    public bool IsNeeded { get; private set; } = true;

    /// <summary>Counts a repetition.</summary>
    /// <param name="seconds">What it took.</param>
    public void Add(double seconds)
    {
        Count++;
        _seconds += seconds;
        bool isSteady = Math.Abs(seconds - _last) < SameShare * _last;
        bool isLongEnough = _seconds >= LeastSeconds && (isSteady || Count >= Most);
        IsNeeded = seconds <= LongSeconds && !isLongEnough && Count < MostShort;
        _last = seconds;
    }
}
