namespace Jevons.Hub;

/// <summary>
/// Counts the failures of one request that followed each other and waits between them: first, 2 * first, 4 * first, ... up to a limit,
/// or as long as the server asks.
/// </summary>
internal sealed class Backoff(HubOptions options)
{
    private int _failures;

    /// <summary>Forgets the failures so far, because the request made progress.</summary>
    public void Reset() => _failures = 0;

    /// <summary>Waits before the next attempt.</summary>
    /// <exception cref="HubException">
    /// The attempts are used up, or the server asks for too long a wait (<see cref="HubErrorKind.Network"/>).
    /// </exception>
    public async Task WaitAsync(TransientFailureException failure, Action<string, TimeSpan>? announce, CancellationToken cancellationToken)
    {
        _failures++;
        if (_failures >= options.MaxAttempts)
        {
            throw new HubException(HubErrorKind.Network, $"{failure.Message}; gave up after {_failures} attempts", failure);
        }

        if (failure.ServerDelay is { } asked && asked > options.MaxServerDelay)
        {
            throw new HubException(
                HubErrorKind.Network,
                $"{failure.Message}; the server asks to wait {asked.TotalMinutes:0} minutes: pull again later, the bytes so far are kept",
                failure);
        }

        double doubled = options.FirstDelay.TotalSeconds * Math.Pow(2, _failures - 1);
        TimeSpan delay = failure.ServerDelay ?? TimeSpan.FromSeconds(Math.Min(doubled, options.MaxDelay.TotalSeconds));
        announce?.Invoke(failure.Message, delay);
        await Task.Delay(delay, options.Time, cancellationToken);
    }
}
