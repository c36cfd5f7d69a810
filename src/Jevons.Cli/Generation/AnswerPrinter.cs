using System.Globalization;
using Jevons.Inference;

namespace Jevons.Cli;

/// <summary>
/// Writes an answer while it is generated. On a terminal thinking is grey between "Thinking..." and "...done thinking."; hidden,
/// it shows as a line that counts. Where standard output is a pipe it gets the answer and nothing else, so that a program can
/// read it; thinking that was asked for goes to standard error.
/// </summary>
internal sealed class AnswerPrinter
{
    private readonly CliContext _context;
    private readonly TextWriter? _thoughts;
    private readonly TextStyle _thoughtStyle;
    private readonly ProgressLine? _counter;
    private readonly long _began;
    private PartKind? _part;
    private int _thinkingTokens;
    private bool _endsLine = true;
    private string _heldBack = "";

    /// <summary>Starts an answer.</summary>
    /// <param name="context">The streams.</param>
    /// <param name="mode">What becomes of thinking.</param>
    public AnswerPrinter(CliContext context, ThinkMode mode)
    {
        _context = context;
        _began = context.Time.GetTimestamp();
        bool isShown = mode == ThinkMode.Show || (mode == ThinkMode.Auto && context.IsOutTerminal);
        _thoughts = !isShown ? null : context.IsOutTerminal ? context.Out : context.Error;
        _thoughtStyle = context.IsOutTerminal ? context.OutStyle : context.ErrorStyle;
        _counter = isShown ? null : new ProgressLine(context);
    }

    /// <summary>Writes what an event brings.</summary>
    public void Write(GenerationEvent item)
    {
        switch (item)
        {
            case PromptProgressEvent progress when progress.Computed < progress.Total:
                _counter?.Show(_ => string.Create(CultureInfo.InvariantCulture, $"reading the prompt, {progress.Computed} of {progress.Total} tokens"));
                break;
            case TextEvent text:
                Write(text.Kind, text.Text, text.Tokens.Count);
                break;
            case ReclassifiedEvent when _part != PartKind.Answer:
                // Nothing of it was written.
                break;
            case ReclassifiedEvent:
                EndLine();
                _context.Note("what was written so far was the model's thinking; its answer follows");
                _part = null;
                break;
            default:
                break;
        }
    }

    /// <summary>Ends the answer's last line.</summary>
    public void Finish()
    {
        _counter?.Dispose();
        if (_part == PartKind.Thinking && _thoughts is not null)
        {
            EndThoughts(isDone: false);
        }

        EndLine();
        _context.Out.Flush();
    }

    private void Write(PartKind kind, string text, int tokens)
    {
        if (kind == PartKind.Thinking)
        {
            _thinkingTokens += tokens;
            _counter?.Show(_ => string.Create(
                CultureInfo.InvariantCulture, $"thinking, {HumanText.Duration(_context.Time.GetElapsedTime(_began))}, {_thinkingTokens} token{(_thinkingTokens == 1 ? "" : "s")}"));
        }

        if (_part != kind)
        {
            // Blank text between the parts belongs to neither.
            text = text.TrimStart('\n', '\r', ' ');
            if (text.Length == 0)
            {
                return;
            }

            ChangePart(kind);
        }

        if (kind == PartKind.Answer)
        {
            WriteAnswer(text);
        }
        else
        {
            WriteThoughts(text);
        }
    }

    private void ChangePart(PartKind kind)
    {
        if (kind == PartKind.Thinking)
        {
            EndLine();
            _thoughts?.WriteLine(_thoughtStyle.Grey("Thinking..."));
        }
        else
        {
            _counter?.Dispose();
            if (_part == PartKind.Thinking && _thoughts is not null)
            {
                EndThoughts(isDone: true);
            }
        }

        _part = kind;
    }

    // Line breaks at the end are held back until more follows, so that no blank lines stand before the end mark.
    private void WriteThoughts(string text)
    {
        if (_thoughts is null)
        {
            return;
        }

        string all = _heldBack + text;
        string shown = all.TrimEnd('\n', '\r', ' ');
        _heldBack = all[shown.Length..];
        _thoughts.Write(_thoughtStyle.Grey(_context.IsOutTerminal || _context.IsErrorTerminal ? ScreenText.Clean(shown) : shown));
    }

    private void EndThoughts(bool isDone)
    {
        _heldBack = "";
        _thoughts!.WriteLine();
        _thoughts.WriteLine(_thoughtStyle.Grey(isDone ? "...done thinking." : "...thinking was cut off."));
        if (isDone)
        {
            _thoughts.WriteLine();
        }
    }

    private void WriteAnswer(string text)
    {
        if (text.Length == 0)
        {
            return;
        }

        // Who reads a pipe sees the answer grow too.
        _context.Out.Write(_context.IsOutTerminal ? ScreenText.Clean(text) : text);
        _context.Out.Flush();
        _endsLine = text.EndsWith('\n');
    }

    private void EndLine()
    {
        if (!_endsLine)
        {
            _context.Out.WriteLine();
            _endsLine = true;
        }
    }
}
