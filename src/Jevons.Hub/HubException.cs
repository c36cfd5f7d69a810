namespace Jevons.Hub;

/// <summary>A failure of the hub or the model store with a message made for people: what happened, to what, and what to do.</summary>
public sealed class HubException : Exception
{
    /// <summary>Makes a failure.</summary>
    /// <param name="kind">Its kind.</param>
    /// <param name="message">What happened and what to do about it.</param>
    /// <param name="innerException">The cause, if another exception was.</param>
    public HubException(HubErrorKind kind, string message, Exception? innerException = null)
        : base(message, innerException)
    {
        Kind = kind;
    }

    /// <summary>The kind of the failure.</summary>
    public HubErrorKind Kind { get; }

    /// <summary>True for a 404 without the hub's own cause: a mirror may lack the address rather than the model.</summary>
    internal bool IsUnnamed { get; init; }
}
