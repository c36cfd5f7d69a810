namespace Jevons.Cli;

/// <summary>The keyboard of this process's terminal.</summary>
internal sealed class ConsoleKeyboard : IKeyboard
{
    /// <inheritdoc/>
    public bool KeyAvailable => Console.KeyAvailable;

    /// <inheritdoc/>
    public bool TakesControlC
    {
        set => Console.TreatControlCAsInput = value;
    }

    // The console cannot be told to stop waiting, so a thread of the pool waits; it ends with the process.
    /// <inheritdoc/>
    public ConsoleKeyInfo ReadKey(CancellationToken cancellationToken) => Console.KeyAvailable
        ? Console.ReadKey(intercept: true)
        : Task.Run(() => Console.ReadKey(intercept: true), CancellationToken.None).WaitAsync(cancellationToken).GetAwaiter().GetResult();
}
