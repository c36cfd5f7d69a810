using System.Text;
using Jevons.Hub;
using Jevons.Inference;
using Jevons.Tokenization.ChatTemplates;

namespace Jevons.Cli;

/// <summary>The loop of a chat: read a message or a command, answer, save. Ctrl-C stops an answer and leaves the chat going.</summary>
internal sealed class ChatLoop
{
    private const string Quotes = "\"\"\"";
    private static readonly LinePrompt s_prompt = new(">>> ", "Send a message (/help for help)");
    private static readonly LinePrompt s_more = new("... ");

    private readonly CliContext _context;
    private readonly ChatState _state;
    private readonly ILineReader _lines;
    private readonly ChatCommands _commands;
    private readonly string _autosave;

    /// <summary>Makes a loop.</summary>
    /// <param name="context">Streams and clock.</param>
    /// <param name="state">The chat.</param>
    /// <param name="lines">Where lines come from.</param>
    /// <param name="commands">The commands.</param>
    /// <param name="autosave">The file that the conversation is saved to after each answer.</param>
    public ChatLoop(CliContext context, ChatState state, ILineReader lines, ChatCommands commands, string autosave)
    {
        _context = context;
        _state = state;
        _lines = lines;
        _commands = commands;
        _autosave = autosave;
    }

    /// <summary>Says in a line which model this is.</summary>
    public static string Describe(RunningModel running)
    {
        Model model = running.Model;
        string thinks = model.IsReasoning ? ", thinks before it answers" : "";
        return $"{model.Name} ({model.Config.Architecture}, {ByteText.Of(model.WeightBytes)}{thinks})";
    }

    /// <summary>Runs until the person leaves.</summary>
    /// <returns>The exit code.</returns>
    public async Task<int> RunAsync()
    {
        if (_context.IsInteractive)
        {
            _context.Say($"{_context.OutStyle.Bold(Describe(_state.Running))}. /help lists the commands, Ctrl-D leaves.");
        }

        while (true)
        {
            string start = _state.NextLine;
            _state.NextLine = "";
            if (ReadMessage(start) is not { } message)
            {
                return ExitCodes.Ok;
            }

            if (string.IsNullOrWhiteSpace(message))
            {
                continue;
            }

            ChatStep step = ChatStep.Answer;
            if (ChatCommands.IsCommand(message))
            {
                step = _commands.Run(_state, message);
            }
            else
            {
                _state.Conversation.Add(new Message(Message.User, _state.Attached + message));
                _state.Attached = "";
            }

            if (step == ChatStep.Leave)
            {
                return ExitCodes.Ok;
            }

            if (step == ChatStep.Answer)
            {
                await AnswerAsync();
            }
        }
    }

    // A message, an empty text after Ctrl-C, or null at the end of the input.
    private string? ReadMessage(string start)
    {
        LineResult first = _lines.ReadLine(s_prompt, start, _context.Cancellation);
        if (first.Outcome == LineOutcome.EndOfInput)
        {
            return null;
        }

        if (first.Outcome == LineOutcome.Interrupted)
        {
            _context.Out.WriteLine("Ctrl-D or /bye leaves.");
            return "";
        }

        string? message = first.Text.StartsWith(Quotes, StringComparison.Ordinal) ? ReadQuoted(first.Text[Quotes.Length..]) : ReadContinued(first.Text);
        if (message is not null)
        {
            _lines.Remember(message);
        }

        return message ?? "";
    }

    private string? ReadQuoted(string text)
    {
        StringBuilder message = new();
        while (!text.TrimEnd().EndsWith(Quotes, StringComparison.Ordinal))
        {
            message.Append(text).Append('\n');
            if (ReadMore() is not { } next)
            {
                return null;
            }

            text = next;
        }

        return message.Append(text.TrimEnd()[..^Quotes.Length]).ToString().Trim('\n');
    }

    private string? ReadContinued(string text)
    {
        while (text.EndsWith('\\'))
        {
            if (ReadMore() is not { } next)
            {
                return null;
            }

            text = string.Concat(text.AsSpan(0, text.Length - 1), "\n", next);
        }

        return text;
    }

    private string? ReadMore() => _lines.ReadLine(s_more, "", _context.Cancellation) is { Outcome: LineOutcome.Submitted } line ? line.Text : null;

    private async Task AnswerAsync()
    {
        _state.Conversation.CopyTo(_state.Session);
        using CancellationTokenSource stop = CancellationTokenSource.CreateLinkedTokenSource(_context.Cancellation);
        using IDisposable interrupts = _context.TakeInterrupts(stop.Cancel);
        GenerationResult result;
        try
        {
            Generation generation = _state.Session.Answer(stop.Token);
            AnswerPrinter printer = new(_context, _state.Think);
            await foreach (GenerationEvent item in generation.WithCancellation(CancellationToken.None))
            {
                printer.Write(item);
            }

            printer.Finish();
            result = (await generation.Completion)[0];
        }
        catch (Exception e) when (e is ContextLengthException or JinjaException)
        {
            Message? question = _state.Conversation.TakeBack(Message.User);
            _state.NextLine = _context.IsInTerminal ? question?.Content ?? "" : "";
            string advice = e is ContextLengthException ? "; /clear begins anew, /undo takes turns back, a larger --ctx holds more" : "";
            _context.Complain(ErrorReport.MessageOf(e) + advice);
            return;
        }

        Take(result);
        _context.Cancellation.ThrowIfCancellationRequested();
    }

    private void Take(GenerationResult result)
    {
        _state.LastResult = result;
        if (result.Error is { } error)
        {
            _context.Complain($"The answer failed: {error.Message}");
        }

        if (result.Text.Length == 0 && result.FinishReason != FinishReason.Stop)
        {
            // A question without an answer would puzzle the model in the next turn.
            _state.Conversation.TakeBack(Message.User);
            _context.Complain("There is no answer yet, so the question is not kept.");
        }
        else
        {
            _state.Session.Complete(result);
            _state.Conversation.Add(new Message(Message.Assistant, result.Text.Trim(), result.Thinking.Trim()));
            Autosave();
        }

        if (GenerationReport.Warning(result, _state.Running, _state.Session.Sampling) is { } warning)
        {
            _context.Note(warning);
        }

        if (_state.IsVerbose)
        {
            _context.Error.WriteLine();
            GenerationReport.Write(_context.Error, _state.Running, result, _state.Session.Sampling);
        }

        if (_context.IsInteractive)
        {
            _context.Out.WriteLine();
        }
    }

    private void Autosave()
    {
        try
        {
            ConversationFile.Save(_autosave, _state.Conversation, _context.Time.GetUtcNow());
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            _context.Complain($"The conversation could not be saved for --resume: {e.Message}");
        }
    }
}
