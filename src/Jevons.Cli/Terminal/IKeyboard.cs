namespace Jevons.Cli;

/// <summary>Keys that a person presses, one at a time and without echo. Tests hand in their own.</summary>
internal interface IKeyboard
{
    /// <summary>True when a key can be read without waiting.</summary>
    bool KeyAvailable { get; }

    /// <summary>While true, Ctrl-C comes as a key; else it interrupts.</summary>
    bool TakesControlC { set; }

    /// <summary>Waits for a key.</summary>
    /// <param name="cancellationToken">Ends the wait; no key may be read after that.</param>
    /// <returns>The key as the runtime decodes it.</returns>
    ConsoleKeyInfo ReadKey(CancellationToken cancellationToken);
}
