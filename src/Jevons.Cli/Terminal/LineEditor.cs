using System.Text;

namespace Jevons.Cli;

/// <summary>
/// Edits a line in a terminal with the keys of readline: Ctrl-A/E/B/F/K/U/W/Y/L/P/N, Alt-B/F/D, arrows, Home, End, Tab, Ctrl-G for
/// the person's own editor, Ctrl-J or Alt-Enter for a line break, pastes as one piece. Not thread-safe.
/// </summary>
internal sealed class LineEditor : ILineReader
{
    private const string Continuation = "... ";

    private readonly LineTerminal _terminal;
    private readonly LineHistory _history;
    private readonly KeyReader _keys;
    private readonly TextBuffer _buffer = new();
    private int _cursorRow;
    private int _entry;
    private string _draft = "";

    /// <summary>Makes an editor.</summary>
    /// <param name="terminal">Keys and screen.</param>
    /// <param name="history">What was typed before.</param>
    public LineEditor(LineTerminal terminal, LineHistory history)
    {
        _terminal = terminal;
        _history = history;
        _keys = new KeyReader(terminal.Keyboard);
    }

    /// <inheritdoc/>
    public LineResult ReadLine(LinePrompt prompt, string start, CancellationToken cancellationToken)
    {
        _buffer.Set(start);
        _entry = _history.Entries.Count;
        _cursorRow = 0;
        _terminal.Keyboard.TakesControlC = true;
        _terminal.Output.Write(KeyReader.StartPasteMarks);
        try
        {
            Draw(prompt);
            LineResult? result = null;
            while (result is null)
            {
                result = Apply(_keys.Read(cancellationToken), prompt, cancellationToken);

                // Keys that wait already are taken first, so that typing ahead is drawn once.
                if (result is null && !_terminal.Keyboard.KeyAvailable)
                {
                    Draw(prompt);
                }
            }

            _buffer.MoveTo(_buffer.Clusters.Count);
            Draw(prompt with { Hint = "" });
            _terminal.Output.Write("\r\n");
            return result.Value;
        }
        finally
        {
            _terminal.Output.Write(KeyReader.EndPasteMarks);
            _terminal.Output.Flush();
            _terminal.Keyboard.TakesControlC = false;
        }
    }

    /// <inheritdoc/>
    public void Remember(string entry) => _history.Add(entry);

    private LineResult? Apply(EditKey key, LinePrompt prompt, CancellationToken cancellationToken)
    {
        switch (key.Command)
        {
            case EditCommand.Submit:
                return new LineResult(LineOutcome.Submitted, _buffer.Text);
            case EditCommand.Interrupt:
                return new LineResult(LineOutcome.Interrupted, "");
            case EditCommand.DeleteOrEnd when _buffer.IsEmpty:
                return new LineResult(LineOutcome.EndOfInput, "");
            case EditCommand.ClearScreen:
                _terminal.Output.Write("\e[H\e[2J");
                _cursorRow = 0;
                return null;
            case EditCommand.OpenEditor:
                OpenEditor(prompt, cancellationToken);
                return null;
            case EditCommand.Complete:
                Complete();
                return null;
            case EditCommand.Up:
                MoveUp();
                return null;
            case EditCommand.Down:
                MoveDown();
                return null;
            default:
                Edit(key);
                return null;
        }
    }

    private void Edit(EditKey key)
    {
        switch (key.Command)
        {
            case EditCommand.Insert:
                _buffer.Insert(key.Text);
                break;
            case EditCommand.InsertLine:
                _buffer.Insert("\n");
                break;
            case EditCommand.Backspace:
                _buffer.Backspace();
                break;
            case EditCommand.Delete or EditCommand.DeleteOrEnd:
                _buffer.Delete();
                break;
            case EditCommand.Left:
                _buffer.Move(-1);
                break;
            case EditCommand.Right:
                _buffer.Move(1);
                break;
            case EditCommand.WordLeft:
                _buffer.MoveTo(_buffer.WordStart());
                break;
            case EditCommand.WordRight:
                _buffer.MoveTo(_buffer.WordEnd());
                break;
            case EditCommand.Home:
                _buffer.MoveTo(_buffer.LineStart());
                break;
            case EditCommand.End:
                _buffer.MoveTo(_buffer.LineEnd());
                break;
            case EditCommand.CutToEnd:
                _buffer.CutTo(_buffer.LineEnd());
                break;
            case EditCommand.CutToStart:
                _buffer.CutTo(_buffer.LineStart());
                break;
            case EditCommand.CutWordLeft:
                _buffer.CutTo(_buffer.BlankWordStart());
                break;
            case EditCommand.CutWordRight:
                _buffer.CutTo(_buffer.WordEnd());
                break;
            case EditCommand.Paste:
                _buffer.Paste();
                break;
            default:
                break;
        }
    }

    // Up and down stay in a text of several lines while it has one there, and go through the history at its ends.
    private void MoveUp()
    {
        int start = _buffer.LineStart();
        if (start > 0)
        {
            int column = _buffer.Cursor - start;
            _buffer.MoveTo(start - 1);
            _buffer.MoveTo(Math.Min(_buffer.LineStart() + column, start - 1));
        }
        else if (_entry > 0)
        {
            _draft = _entry == _history.Entries.Count ? _buffer.Text : _draft;
            _buffer.Set(_history.Entries[--_entry]);
        }
    }

    private void MoveDown()
    {
        int end = _buffer.LineEnd();
        if (end < _buffer.Clusters.Count)
        {
            int column = _buffer.Cursor - _buffer.LineStart();
            _buffer.MoveTo(end + 1);
            _buffer.MoveTo(Math.Min(end + 1 + column, _buffer.LineEnd()));
        }
        else if (_entry < _history.Entries.Count)
        {
            _entry++;
            _buffer.Set(_entry == _history.Entries.Count ? _draft : _history.Entries[_entry]);
        }
    }

    private void Complete()
    {
        string before = _buffer.TextBeforeCursor;
        IReadOnlyList<string> found = _terminal.Completions(before);
        if (found.Count == 0)
        {
            return;
        }

        string common = found.Aggregate((a, b) => a[..a.Zip(b).TakeWhile(p => p.First == p.Second).Count()]);
        if (common.Length > before.Length)
        {
            _buffer.Insert(common[before.Length..]);
        }
        else if (found.Count > 1)
        {
            _terminal.Output.Write($"\r\n{string.Join("  ", found.Select(f => f.Trim()))}\r\n");
            _cursorRow = 0;
        }
    }

    private void OpenEditor(LinePrompt prompt, CancellationToken cancellationToken)
    {
        Draw(prompt);
        _terminal.Keyboard.TakesControlC = false;
        string? text = _terminal.OpenEditor(_buffer.Text, cancellationToken);
        _terminal.Keyboard.TakesControlC = true;
        if (text is not null)
        {
            _buffer.Set(text.ReplaceLineEndings("\n").TrimEnd('\n'));
        }

        _terminal.Output.Write("\r\n");
        _cursorRow = 0;
    }

    private void Draw(LinePrompt prompt)
    {
        LineLayout layout = LineLayout.Of(
            prompt.Text, TextWidth.Of(prompt.Text), Continuation, _buffer.Clusters, _buffer.Cursor, _terminal.Width());
        StringBuilder text = new();
        if (_cursorRow > 0)
        {
            text.Append('\e').Append('[').Append(_cursorRow).Append('A');
        }

        text.Append("\r\e[J").AppendJoin("\r\n", layout.Rows);
        if (_buffer.IsEmpty && prompt.Hint.Length > 0)
        {
            text.Append(_terminal.Style.Grey(TextWidth.Truncate(prompt.Hint, _terminal.Width() - TextWidth.Of(prompt.Text) - 1)));
        }

        int up = layout.Rows.Count - 1 - layout.CursorRow;
        if (up > 0)
        {
            text.Append('\e').Append('[').Append(up).Append('A');
        }

        text.Append('\r');
        if (layout.CursorColumn > 0)
        {
            text.Append('\e').Append('[').Append(layout.CursorColumn).Append('C');
        }

        _cursorRow = layout.CursorRow;
        _terminal.Output.Write(text.ToString());
        _terminal.Output.Flush();
    }
}
