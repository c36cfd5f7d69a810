namespace Jevons.Cli.Tests;

/// <summary>Keys as the runtime hands them over: characters, and sequences that it leaves in pieces.</summary>
internal sealed class FakeKeyboard : IKeyboard
{
    private readonly Queue<ConsoleKeyInfo> _keys = new();

    public bool KeyAvailable => _keys.Count > 0;

    public bool TakesControlC { private get; set; }

    public ConsoleKeyInfo ReadKey(CancellationToken cancellationToken) =>
        _keys.TryDequeue(out ConsoleKeyInfo key) ? key : throw new InvalidOperationException("more keys are read than were typed");

    /// <summary>Types characters; control characters come as the keys that make them.</summary>
    public FakeKeyboard Type(string text)
    {
        foreach (char c in text)
        {
            ConsoleKey key = c switch
            {
                '\r' => ConsoleKey.Enter,
                '\t' => ConsoleKey.Tab,
                '\e' => ConsoleKey.Escape,
                '\x7f' => ConsoleKey.Backspace,
                _ => ConsoleKey.None,
            };
            _keys.Enqueue(new ConsoleKeyInfo(c, key, shift: false, alt: false, control: c < ' ' && key == ConsoleKey.None));
        }

        return this;
    }

    public FakeKeyboard Press(ConsoleKey key, bool alt = false, bool control = false, char character = '\0')
    {
        _keys.Enqueue(new ConsoleKeyInfo(character, key, shift: false, alt, control));
        return this;
    }
}
