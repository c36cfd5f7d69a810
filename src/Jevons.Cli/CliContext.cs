namespace Jevons.Cli;

/// <summary>What a verb takes from outside: streams, the environment, the clock, and when to stop. Tests hand in their own.</summary>
internal sealed record CliContext
{
    /// <summary>Variables of the environment.</summary>
    public required CliEnvironment Environment { get; init; }

    /// <summary>The clock.</summary>
    public required TimeProvider Time { get; init; }

    /// <summary>Standard input.</summary>
    public required TextReader In { get; init; }

    /// <summary>Standard output: answers and data, nothing else.</summary>
    public required TextWriter Out { get; init; }

    /// <summary>Standard error: progress, warnings, errors.</summary>
    public required TextWriter Error { get; init; }

    /// <summary>True when a person types at standard input.</summary>
    public bool IsInTerminal { get; init; }

    /// <summary>True when standard output is a terminal.</summary>
    public bool IsOutTerminal { get; init; }

    /// <summary>True when standard error is a terminal.</summary>
    public bool IsErrorTerminal { get; init; }

    /// <summary>Columns of the terminal; asked for only where one is there.</summary>
    public Func<int> TerminalWidth { get; init; } = () => 80;

    /// <summary>The keys of the terminal at standard input; null where there is none.</summary>
    public IKeyboard? Keyboard { get; init; }

    /// <summary>
    /// Lets a verb take Ctrl-C over: it calls the action instead of cancelling <see cref="Cancellation"/>, until what it returned is
    /// disposed. One verb at a time.
    /// </summary>
    public Func<Action, IDisposable> TakeInterrupts { get; init; } = static _ => new Disposal(static () => { });

    /// <summary>True when --no-color was given.</summary>
    public bool NoColor { get; init; }

    /// <summary>Cancelled by Ctrl-C.</summary>
    public CancellationToken Cancellation { get; init; }

    /// <summary>Styles for standard output.</summary>
    public TextStyle OutStyle => new(HasColor(IsOutTerminal));

    /// <summary>Styles for standard error.</summary>
    public TextStyle ErrorStyle => new(HasColor(IsErrorTerminal));

    /// <summary>True when a person types at standard input and reads standard output, so that questions make sense.</summary>
    public bool IsInteractive => IsInTerminal && IsOutTerminal;

    /// <summary>Columns into which text for people is wrapped; a pipe gets whole lines.</summary>
    public int OutColumns => IsOutTerminal ? Math.Max(20, TerminalWidth()) : int.MaxValue;

    /// <summary>The same for standard error.</summary>
    public int ErrorColumns => IsErrorTerminal ? Math.Max(20, TerminalWidth()) : int.MaxValue;

    /// <summary>True when standard error can redraw a line.</summary>
    public bool CanRedraw => IsErrorTerminal && Environment.Term != "dumb";

    /// <summary>Says something to the person, on standard error.</summary>
    /// <param name="message">One line.</param>
    public void Note(string message) => Complain($"jevons: {message}");

    /// <summary>Writes text for a person on standard error, wrapped between words where that is a terminal.</summary>
    /// <param name="text">One line, or several.</param>
    public void Complain(string text)
    {
        foreach (string line in text.Split('\n').SelectMany(l => TextWrap.Lines(l, ErrorColumns)))
        {
            Error.WriteLine(line);
        }
    }

    /// <summary>Writes text for a person on standard output, wrapped between words where that is a terminal.</summary>
    /// <param name="text">Text without line breaks.</param>
    public void Say(string text)
    {
        foreach (string line in TextWrap.Lines(text, OutColumns))
        {
            Out.WriteLine(line);
        }
    }

    // The option first, then NO_COLOR (no-color.org), then FORCE_COLOR, then what the stream is.
    private bool HasColor(bool isTerminal) =>
        !NoColor && !Environment.NoColor && (Environment.ForceColor || (isTerminal && Environment.Term != "dumb"));
}
