using System.Globalization;
using System.Text;
using Jevons.Hub;
using Jevons.Inference;
using Jevons.Tokenization.ChatTemplates;

namespace Jevons.Cli;

/// <summary>The commands of the chat: lines that begin with a slash.</summary>
internal sealed class ChatCommands
{
    private const int LongestAttachment = 1 << 20;

    private readonly CliContext _context;
    private readonly IReadOnlyList<ChatCommand> _commands;

    // Other spellings, those of Ollama among them.
    private readonly Dictionary<string, string> _aliases = new(StringComparer.Ordinal)
    {
        ["/?"] = "/help",
        ["/exit"] = "/bye",
        ["/quit"] = "/bye",
        ["/show"] = "/info",
        ["/resume"] = "/load",
    };

    /// <summary>Makes the commands.</summary>
    /// <param name="context">Streams and clock.</param>
    public ChatCommands(CliContext context)
    {
        _context = context;
        ChatSettings settings = new(context);
        _commands =
        [
            new("/help", "", "Lists the commands and keys.", (_, _) => Help()),
            new("/system", "[TEXT]", "Shows or sets the instruction for the whole conversation; /system - removes it.", System),
            new("/set", "[NAME VALUE]", "Shows or sets how answers are sampled: temperature, top_p, seed, max_tokens ...", settings.Set),
            new("/think", "show|hide|off", "Shows thinking, hides it, or asks for answers without it.", settings.Think),
            new("/retry", "", "Answers the last question anew.", Retry),
            new("/undo", "", "Takes the last question and its answer back.", (s, _) => Undo(s, edits: false)),
            new("/edit", "", "Takes the last question back and puts it on the line to be changed.", (s, _) => Undo(s, edits: true)),
            new("/attach", "FILE", "Puts a text file before the next message.", Attach),
            new("/clear", "", "Forgets the conversation, not the instruction.", Clear),
            new("/save", "FILE", "Saves the conversation as JSON.", Save),
            new("/load", "FILE", "Goes on with a saved conversation.", Load),
            new("/export", "FILE.md", "Writes the conversation as Markdown.", Save),
            new("/tokens", "[TEXT]", "Counts the conversation's tokens, or shows those of a text.", Tokens),
            new("/stats", "", "Times and counts of the last answer; /set verbose shows them after each.", Stats),
            new("/info", "", "Says which model this is.", Info),
            new("/bye", "", "Leaves; so does Ctrl-D.", (_, _) => ChatStep.Leave),
        ];
    }

    /// <summary>True when a line is a command and no message.</summary>
    public static bool IsCommand(string line) => line.StartsWith('/') && line.Length > 1 && line[1] is '?' or (>= 'a' and <= 'z') && !line.Split(' ')[0][1..].Contains('/', StringComparison.Ordinal);

    /// <summary>The commands that a line may become.</summary>
    /// <param name="before">The line up to the cursor.</param>
    public IReadOnlyList<string> Complete(string before) =>
        before.StartsWith('/') && !before.Contains(' ', StringComparison.Ordinal)
            ? [.. _commands.Where(c => c.Name.StartsWith(before, StringComparison.Ordinal)).Select(c => c.Arguments.Length > 0 ? c.Name + " " : c.Name)]
            : [];

    /// <summary>Runs a command; what goes wrong is told and the chat goes on.</summary>
    /// <param name="state">The chat.</param>
    /// <param name="line">A line for which <see cref="IsCommand"/> holds.</param>
    public ChatStep Run(ChatState state, string line)
    {
        string[] parts = line.Split(' ', 2, StringSplitOptions.TrimEntries);
        string name = _aliases.GetValueOrDefault(parts[0], parts[0]);
        if (_commands.FirstOrDefault(c => c.Name == name) is not { } command)
        {
            _context.Complain($"There is no command {parts[0]}{Spelling.Hint(parts[0], _commands.Select(c => c.Name), "; /help lists them.")}");
            return ChatStep.Ask;
        }

        try
        {
            return command.Run(state, parts.Length > 1 ? parts[1] : "");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or InvalidDataException or UsageException or ArgumentException or JinjaException)
        {
            _context.Complain(ErrorReport.MessageOf(e));
            return ChatStep.Ask;
        }
    }

    private ChatStep Help()
    {
        TextTable.Write(_context.Out, [.. _commands.Select(c => new[] { $"  {c.Name} {c.Arguments}", c.Description })], _context.OutColumns);
        _context.Out.WriteLine();
        _context.Out.WriteLine("  \"\"\" begins and ends a message of several lines; \\ at a line's end goes on with the next.");
        _context.Out.WriteLine("  Ctrl-C stops an answer. Tab completes commands, Up and Down go through what was typed before,");
        _context.Out.WriteLine("  Alt-Enter or Ctrl-J breaks the line, Ctrl-G opens it in $EDITOR.");
        return ChatStep.Ask;
    }

    private ChatStep System(ChatState state, string text)
    {
        if (text.Length > 0)
        {
            state.Conversation.System = text == "-" ? "" : text;
        }

        string current = state.Conversation.System;
        _context.Out.WriteLine(current.Length == 0 ? "There is no system instruction." : $"System instruction: {current}");
        return ChatStep.Ask;
    }

    private ChatStep Retry(ChatState state, string text)
    {
        state.Conversation.TakeBack(Message.Assistant);
        if (state.Conversation.Last is { Role: Message.User })
        {
            if (state.Session.Sampling.Seed is not null)
            {
                _context.Out.WriteLine("The seed is fixed, so the answer will be the same; /set seed - frees it.");
            }

            return ChatStep.Answer;
        }

        _context.Out.WriteLine("There is no question to answer.");
        return ChatStep.Ask;
    }

    private ChatStep Undo(ChatState state, bool edits)
    {
        state.Conversation.TakeBack(Message.Assistant);
        if (state.Conversation.TakeBack(Message.User) is not { } question)
        {
            _context.Out.WriteLine("There is nothing to take back.");
            return ChatStep.Ask;
        }

        if (edits)
        {
            state.NextLine = question.Content;
        }
        else
        {
            _context.Out.WriteLine($"Taken back: {TextWidth.Truncate(question.Content.ReplaceLineEndings(" "), 60)}");
        }

        return ChatStep.Ask;
    }

    private ChatStep Attach(ChatState state, string path)
    {
        FileInfo file = new(Required(path, "/attach FILE"));
        if (file.Length > LongestAttachment)
        {
            throw new UsageException($"{path} has {ByteText.Of(file.Length)}; at most {ByteText.Of(LongestAttachment)} of text can be attached");
        }

        string text;
        try
        {
            text = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true).GetString(File.ReadAllBytes(path));
        }
        catch (DecoderFallbackException e)
        {
            throw new UsageException($"{path} is no UTF-8 text (byte {e.Index})");
        }

        state.Attached += $"{file.Name}:\n```\n{text.TrimEnd()}\n```\n\n";
        _context.Out.WriteLine($"{file.Name} ({ByteText.Of(file.Length)}) goes before the next message.");
        return ChatStep.Ask;
    }

    private ChatStep Clear(ChatState state, string text)
    {
        state.Conversation.Clear();
        state.Attached = "";
        _context.Out.WriteLine("The conversation is forgotten.");
        return ChatStep.Ask;
    }

    private ChatStep Save(ChatState state, string path)
    {
        ConversationFile.Save(Required(path, "/save FILE"), state.Conversation, _context.Time.GetUtcNow());
        _context.Out.WriteLine($"Saved {state.Conversation.Messages.Count} messages to {path}");
        return ChatStep.Ask;
    }

    private ChatStep Load(ChatState state, string path)
    {
        Conversation loaded = ConversationFile.Load(Required(path, "/load FILE"));
        loaded.Model = state.Running.Path;
        state.Conversation = loaded;
        _context.Out.WriteLine($"Loaded {loaded.Messages.Count} messages.");
        return ChatStep.Ask;
    }

    private ChatStep Tokens(ChatState state, string text)
    {
        if (text.Length == 0)
        {
            int tokens = state.PromptTokens();
            int context = state.Running.Engine.ContextLength;
            _context.Out.WriteLine(string.Create(
                CultureInfo.InvariantCulture, $"The conversation takes {tokens} of {context} tokens ({100.0 * tokens / context:F1} %)."));
            return ChatStep.Ask;
        }

        int[] ids = state.Running.Model.Tokenizer!.Encode(text, parseSpecial: false, addBos: false);
        foreach (int id in ids)
        {
            _context.Out.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{id,8}  {ScreenText.Clean(state.Running.Model.Tokenizer.Decode([id]))}"));
        }

        _context.Out.WriteLine(ids.Length == 1 ? "1 token" : $"{ids.Length} tokens");
        return ChatStep.Ask;
    }

    private ChatStep Stats(ChatState state, string text)
    {
        if (state.LastResult is { } result)
        {
            GenerationReport.Write(_context.Out, state.Running, result, state.Session.Sampling);
        }
        else
        {
            _context.Out.WriteLine("There is no answer yet.");
        }

        return ChatStep.Ask;
    }

    private ChatStep Info(ChatState state, string text)
    {
        Model model = state.Running.Model;
        _context.Out.WriteLine(ChatLoop.Describe(state.Running));
        TextTable.Write(
            _context.Out,
            [
                ["file", state.Running.Path],
                ["context", EngineStart.Describe(state.Running.Engine.Plan)],
                ["sampling", $"{ChatSettings.Describe(state.Session.Sampling)} (the model's own: {model.SamplingDefaults.Reason})"],
            ],
            _context.OutColumns);
        return ChatStep.Ask;
    }

    private static string Required(string text, string usage) => text.Length > 0 ? text : throw new UsageException($"Write {usage}");
}
