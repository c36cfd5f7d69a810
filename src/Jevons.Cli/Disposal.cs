namespace Jevons.Cli;

/// <summary>Does something once, when it is disposed.</summary>
/// <param name="action">What to do.</param>
internal sealed class Disposal(Action action) : IDisposable
{
    private Action? _action = action;

    /// <inheritdoc/>
    public void Dispose() => Interlocked.Exchange(ref _action, null)?.Invoke();
}
