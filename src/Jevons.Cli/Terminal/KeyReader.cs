using System.Globalization;
using System.Text;

namespace Jevons.Cli;

/// <summary>
/// Decodes keys. The runtime decodes the sequences of function keys and Alt; what it does not know comes as an escape (or as
/// Alt with the sequence's second character) and is put together here: bracketed paste, modified keys of xterm.
/// </summary>
/// <param name="keyboard">The keys.</param>
internal sealed class KeyReader(IKeyboard keyboard)
{
    /// <summary>Tells the terminal to mark pasted text.</summary>
    public const string StartPasteMarks = "\e[?2004h";

    /// <summary>Ends <see cref="StartPasteMarks"/>.</summary>
    public const string EndPasteMarks = "\e[?2004l";

    private const char Escape = '\e';
    private const int LongestSequence = 32;
    private const int PasteBegins = 200;
    private const int PasteEnds = 201;

    /// <summary>Waits for a key, or for all of a paste.</summary>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>What to do.</returns>
    public EditKey Read(CancellationToken cancellationToken)
    {
        ConsoleKeyInfo key = keyboard.ReadKey(cancellationToken);
        return TryReadSequence(key, cancellationToken, out string sequence) ? DecodeSequence(sequence, cancellationToken) : Decode(key, cancellationToken);
    }

    private EditKey Decode(ConsoleKeyInfo key, CancellationToken cancellationToken)
    {
        bool control = key.Modifiers.HasFlag(ConsoleModifiers.Control);
        bool alt = key.Modifiers.HasFlag(ConsoleModifiers.Alt);

        // AltGr comes as Ctrl and Alt together and writes a character.
        if (control && alt && key.KeyChar >= ' ' && key.KeyChar != '\x7f')
        {
            return Text(key, cancellationToken);
        }

        EditCommand command = control ? OfControl(key) : alt ? OfAlt(key) : OfPlain(key);
        if (command != EditCommand.None)
        {
            return new EditKey(command);
        }

        return !control && !alt && key.KeyChar >= ' ' && key.KeyChar != '\x7f' ? Text(key, cancellationToken) : default;
    }

    private static EditCommand OfPlain(ConsoleKeyInfo key) => key.Key switch
    {
        ConsoleKey.Enter => EditCommand.Submit,
        ConsoleKey.Backspace => EditCommand.Backspace,
        ConsoleKey.Delete => EditCommand.Delete,
        ConsoleKey.LeftArrow => EditCommand.Left,
        ConsoleKey.RightArrow => EditCommand.Right,
        ConsoleKey.UpArrow => EditCommand.Up,
        ConsoleKey.DownArrow => EditCommand.Down,
        ConsoleKey.Home => EditCommand.Home,
        ConsoleKey.End => EditCommand.End,
        ConsoleKey.Tab => EditCommand.Complete,
        _ => OfControlCharacter(key.KeyChar),
    };

    private static EditCommand OfControl(ConsoleKeyInfo key) => key.Key switch
    {
        ConsoleKey.LeftArrow => EditCommand.WordLeft,
        ConsoleKey.RightArrow => EditCommand.WordRight,
        ConsoleKey.Backspace => EditCommand.CutWordLeft,
        ConsoleKey.Delete => EditCommand.CutWordRight,
        ConsoleKey.Enter => EditCommand.InsertLine,
        >= ConsoleKey.A and <= ConsoleKey.Z => OfControlCharacter((char)(key.Key - ConsoleKey.A + 1)),
        _ => OfControlCharacter(key.KeyChar),
    };

    private static EditCommand OfControlCharacter(char character) => character switch
    {
        '\x01' => EditCommand.Home,
        '\x02' => EditCommand.Left,
        '\x03' => EditCommand.Interrupt,
        '\x04' => EditCommand.DeleteOrEnd,
        '\x05' => EditCommand.End,
        '\x06' => EditCommand.Right,
        '\x07' => EditCommand.OpenEditor,
        '\x08' => EditCommand.Backspace,
        '\x09' => EditCommand.Complete,
        '\x0a' => EditCommand.InsertLine,
        '\x0b' => EditCommand.CutToEnd,
        '\x0c' => EditCommand.ClearScreen,
        '\x0d' => EditCommand.Submit,
        '\x0e' => EditCommand.Down,
        '\x10' => EditCommand.Up,
        '\x15' => EditCommand.CutToStart,
        '\x17' => EditCommand.CutWordLeft,
        '\x19' => EditCommand.Paste,
        '\x7f' => EditCommand.Backspace,
        _ => EditCommand.None,
    };

    private static EditCommand OfAlt(ConsoleKeyInfo key) => key.Key switch
    {
        ConsoleKey.B or ConsoleKey.LeftArrow => EditCommand.WordLeft,
        ConsoleKey.F or ConsoleKey.RightArrow => EditCommand.WordRight,
        ConsoleKey.D or ConsoleKey.Delete => EditCommand.CutWordRight,
        ConsoleKey.Backspace => EditCommand.CutWordLeft,
        ConsoleKey.Enter => EditCommand.InsertLine,
        _ => char.ToLowerInvariant(key.KeyChar) switch
        {
            'b' => EditCommand.WordLeft,
            'f' => EditCommand.WordRight,
            'd' => EditCommand.CutWordRight,
            _ => EditCommand.None,
        },
    };

    // A character beyond 16 bits comes as two keys.
    private EditKey Text(ConsoleKeyInfo key, CancellationToken cancellationToken)
    {
        char first = key.KeyChar;
        if (!char.IsHighSurrogate(first))
        {
            return char.IsLowSurrogate(first) ? default : new EditKey(EditCommand.Insert, first.ToString());
        }

        char second = keyboard.ReadKey(cancellationToken).KeyChar;
        return char.IsLowSurrogate(second) ? new EditKey(EditCommand.Insert, new string([first, second])) : default;
    }

    // True when the key begins a control sequence that the runtime left in pieces; the sequence is what follows "ESC [".
    private bool TryReadSequence(ConsoleKeyInfo key, CancellationToken cancellationToken, out string sequence)
    {
        sequence = "";
        bool isEscape = key.KeyChar == Escape || key.Key == ConsoleKey.Escape;
        if (!keyboard.KeyAvailable || (!isEscape && !(key.KeyChar == '[' && key.Modifiers.HasFlag(ConsoleModifiers.Alt))))
        {
            return false;
        }

        if (isEscape && keyboard.ReadKey(cancellationToken).KeyChar != '[')
        {
            return true;
        }

        StringBuilder read = new();
        while (read.Length < LongestSequence && keyboard.KeyAvailable)
        {
            char next = keyboard.ReadKey(cancellationToken).KeyChar;
            read.Append(next);
            if (next is >= '@' and <= '~')
            {
                break;
            }
        }

        sequence = read.ToString();
        return true;
    }

    private EditKey DecodeSequence(string sequence, CancellationToken cancellationToken)
    {
        if (sequence.Length == 0)
        {
            return default;
        }

        string[] parts = sequence[..^1].Split(';');
        int first = Number(parts[0]);
        bool isModified = parts.Length > 1 && Number(parts[1]) > 1;
        EditCommand command = sequence[^1] switch
        {
            'A' => EditCommand.Up,
            'B' => EditCommand.Down,
            'C' => isModified ? EditCommand.WordRight : EditCommand.Right,
            'D' => isModified ? EditCommand.WordLeft : EditCommand.Left,
            'H' => EditCommand.Home,
            'F' => EditCommand.End,
            '~' => first switch
            {
                1 or 7 => EditCommand.Home,
                3 => EditCommand.Delete,
                4 or 8 => EditCommand.End,
                PasteBegins => EditCommand.Insert,
                _ => EditCommand.None,
            },
            _ => EditCommand.None,
        };
        return command == EditCommand.Insert ? new EditKey(command, ReadPaste(cancellationToken)) : new EditKey(command);
    }

    private string ReadPaste(CancellationToken cancellationToken)
    {
        StringBuilder text = new();
        while (true)
        {
            ConsoleKeyInfo key = keyboard.ReadKey(cancellationToken);
            if (!TryReadSequence(key, cancellationToken, out string sequence))
            {
                text.Append(key.Key == ConsoleKey.Enter && key.KeyChar == '\0' ? '\n' : key.KeyChar);
            }
            else if (sequence.EndsWith('~') && Number(sequence[..^1]) == PasteEnds)
            {
                return Clean(text);
            }
        }
    }

    // Line breaks become line feeds and tabs blanks; other control characters have no place in a line.
    private static string Clean(StringBuilder text)
    {
        string plain = text.ToString().ReplaceLineEndings("\n").Replace("\t", "    ", StringComparison.Ordinal);
        return string.Concat(plain.Where(c => c == '\n' || !char.IsControl(c)));
    }

    private static int Number(string text) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int number) ? number : 0;
}
