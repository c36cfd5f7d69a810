using System.Runtime.InteropServices;
using System.Text;

namespace Jevons.Cli;

/// <summary>
/// The streams and signals of this process as a context. The first Ctrl-C asks the running verb to stop, the second ends the
/// process at once. Text is UTF-8 without a byte order mark.
/// </summary>
internal sealed class ProcessConsole : IDisposable
{
    private const int BufferBytes = 1 << 14;
    private static readonly UTF8Encoding s_utf8 = new(encoderShouldEmitUTF8Identifier: false);

    private readonly CancellationTokenSource _stop = new();
    private readonly PosixSignalRegistration _interrupt;
    private readonly PosixSignalRegistration _terminate;
    private volatile Action? _onInterrupt;

    public ProcessConsole()
    {
        _interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Interrupt);
        _terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
        bool isOutTerminal = !Console.IsOutputRedirected;
        Context = new CliContext
        {
            Environment = CliEnvironment.OfProcess(),
            Time = TimeProvider.System,
            In = new StreamReader(Console.OpenStandardInput(), s_utf8, detectEncodingFromByteOrderMarks: false),
            Out = new StreamWriter(Console.OpenStandardOutput(), s_utf8, BufferBytes) { AutoFlush = isOutTerminal, NewLine = "\n" },
            Error = new StreamWriter(Console.OpenStandardError(), s_utf8) { AutoFlush = true, NewLine = "\n" },
            IsInTerminal = !Console.IsInputRedirected,
            IsOutTerminal = isOutTerminal,
            IsErrorTerminal = !Console.IsErrorRedirected,
            TerminalWidth = Width,
            Keyboard = Console.IsInputRedirected ? null : new ConsoleKeyboard(),
            TakeInterrupts = TakeInterrupts,
            Cancellation = _stop.Token,
        };
    }

    /// <summary>The context of this process.</summary>
    public CliContext Context { get; }

    /// <summary>Flushes what was written and lets go of the signals.</summary>
    public void Dispose()
    {
        Context.Out.Flush();
        Context.Error.Flush();
        _interrupt.Dispose();
        _terminate.Dispose();
        _stop.Dispose();
    }

    private Disposal TakeInterrupts(Action action)
    {
        _onInterrupt = action;
        return new Disposal(() => _onInterrupt = null);
    }

    private void Interrupt(PosixSignalContext signal)
    {
        if (_onInterrupt is { } action)
        {
            signal.Cancel = true;
            action();
        }
        else
        {
            Stop(signal);
        }
    }

    private void Stop(PosixSignalContext signal)
    {
        if (!_stop.IsCancellationRequested)
        {
            signal.Cancel = true;
            _stop.Cancel();
        }
    }

    private static int Width()
    {
        const int usual = 80;
        try
        {
            return Console.WindowWidth is > 0 and int width ? width : usual;
        }
        catch (IOException)
        {
            return usual;
        }
    }
}
