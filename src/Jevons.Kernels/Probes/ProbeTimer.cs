namespace Jevons.Kernels;

/// <summary>Runs a measured piece of work often enough to be timed and takes the best time: what disturbs a probe only slows it.</summary>
/// <param name="clock">The clock.</param>
/// <param name="budget">Time that a probe may take.</param>
public sealed class ProbeTimer(TimeProvider clock, TimeSpan budget)
{
    private const int LeastRuns = 3;

    /// <summary>The highest rate seen within the budget.</summary>
    /// <param name="amount">What one run does: bytes, operations.</param>
    /// <param name="run">One run; the first one is not counted.</param>
    /// <returns>Amount per second.</returns>
    public double BestRate(double amount, Action run)
    {
        run();
        long began = clock.GetTimestamp();
        double best = 0;
        for (int i = 0; i < LeastRuns || clock.GetElapsedTime(began) < budget; i++)
        {
            long start = clock.GetTimestamp();
            run();
            double seconds = clock.GetElapsedTime(start).TotalSeconds;
            best = Math.Max(best, seconds > 0 ? amount / seconds : 0);

            // A clock that stands still must not keep the probe running.
            if (seconds <= 0 && i >= LeastRuns)
            {
                break;
            }
        }

        return best;
    }
}
