namespace Jevons.Hub;

/// <summary>A failure that another attempt may cure: a lost connection, a busy server, a short body.</summary>
internal class TransientFailureException(string message, TimeSpan? serverDelay = null, Exception? innerException = null)
    : Exception(message, innerException)
{
    /// <summary>The wait that the server asked for (Retry-After, or RateLimit's reset).</summary>
    public TimeSpan? ServerDelay { get; } = serverDelay;
}
