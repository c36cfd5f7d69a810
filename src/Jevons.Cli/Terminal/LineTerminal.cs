namespace Jevons.Cli;

/// <summary>What a line editor works on.</summary>
internal sealed record LineTerminal
{
    /// <summary>The keys.</summary>
    public required IKeyboard Keyboard { get; init; }

    /// <summary>The screen.</summary>
    public required TextWriter Output { get; init; }

    /// <summary>Columns of the screen, asked for at every drawing.</summary>
    public required Func<int> Width { get; init; }

    /// <summary>How hints look.</summary>
    public TextStyle Style { get; init; } = new(isOn: false);

    /// <summary>All that the text before the cursor may become; each begins with it.</summary>
    public Func<string, IReadOnlyList<string>> Completions { get; init; } = _ => [];

    /// <summary>Opens a text in the person's own editor; returns the edited text, or null when there is none.</summary>
    public Func<string, CancellationToken, string?> OpenEditor { get; init; } = (_, _) => null;
}
