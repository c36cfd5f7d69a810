using System.CommandLine;
using System.Diagnostics;
using Jevons.Inference;

namespace Jevons.Cli;

/// <summary><c>chat</c>: a conversation at the terminal, or line by line from a pipe.</summary>
internal sealed class ChatVerb
{
    private const string HistoryFile = "history.jsonl";

    private readonly CliContext _context;
    private readonly EngineStart _start = new();
    private readonly SamplingOptions _sampling = new();
    private readonly Argument<string?> _model = new(SharedOptions.ModelName)
    {
        Description = "A .gguf file, a folder, or a name from 'jevons ls'; with --resume that of the conversation unless given.",
        Arity = ArgumentArity.ZeroOrOne,
    };

    private readonly Option<string?> _system = new("--system") { Description = "Instruction for the whole conversation.", HelpName = "TEXT" };
    private readonly Option<string> _think = ThinkOption.Create();
    private readonly Option<string?> _resume = new("--resume")
    {
        Description = "Goes on with the last conversation, or with one that /save wrote.",
        HelpName = "FILE",
        Arity = ArgumentArity.ZeroOrOne,
    };

    private readonly Option<bool> _verbose = new("--verbose", "-v") { Description = "Prints times and counts after each answer." };

    private ChatVerb(CliContext context)
    {
        _context = context;
    }

    /// <summary>Makes the verb.</summary>
    public static VerbCommand Create(CliContext context)
    {
        ChatVerb verb = new(context);
        VerbCommand command = new(
            "chat",
            "Holds a conversation.",
            "jevons chat deepseek-r1:7b --system \"Answer in French.\"",
            "jevons chat --resume")
        {
            verb._model, verb._system, verb._think, verb._resume,
        };
        verb._sampling.AddTo(command);
        verb._start.AddTo(command);
        command.Options.Add(verb._verbose);
        command.SetAction((parse, _) => verb.Run(parse));
        return command;
    }

    /// <summary>The file of the last conversation.</summary>
    public static string LastConversation(CliContext context) => Path.Combine(context.Environment.StateFolder, "conversations", "last.json");

    /// <summary>Loads a model and chats.</summary>
    /// <param name="context">Streams, keys, clock.</param>
    /// <param name="parse">The command line that holds the engine's and the sampler's options.</param>
    /// <param name="engine">The engine's options.</param>
    /// <param name="samplingOptions">The sampler's options.</param>
    /// <param name="start">What the chat begins with.</param>
    /// <returns>The exit code.</returns>
    public static async Task<int> Converse(CliContext context, ParseResult parse, EngineStart engine, SamplingOptions samplingOptions, ChatStart start)
    {
        using RunningModel running = engine.Start(context, parse, start.Model, saysContext: true);
        Conversation conversation = start.Resumed ?? new Conversation();
        conversation.Model = running.Path;
        conversation.System = start.System ?? conversation.System;
        ChatState state = new(running, conversation) { Think = start.Think, IsVerbose = start.IsVerbose };
        state.Session.Sampling = samplingOptions.Read(parse, running.Model.SamplingDefaults.Sampling).Validate(running.Model.Config.VocabSize);
        state.Session.Prompt = new PromptOptions { Think = start.Think != ThinkMode.Off, Now = context.Time.GetLocalNow() };
        if (running.Model.ChatTemplate is null || running.Model.Tokenizer is null)
        {
            throw new UsageException($"{running.Model.Name} has no chat template, so it cannot chat; 'jevons run' continues text");
        }

        if (conversation.Messages.Count > 0)
        {
            string last = conversation.Messages.LastOrDefault(m => m.Role == Message.User)?.Content.ReplaceLineEndings(" ") ?? "";
            context.Note($"going on with a conversation of {conversation.Messages.Count} messages, the last question: {TextWidth.Truncate(last, 60)}");
        }

        ChatCommands commands = new(context);
        return await new ChatLoop(context, state, Lines(context, commands), commands, LastConversation(context)).RunAsync();
    }

    private async Task<int> Run(ParseResult parse)
    {
        Conversation? resumed = parse.GetResult(_resume) is null
            ? null
            : ConversationFile.Load(parse.GetValue(_resume) ?? LastOrThrow());
        string? model = parse.GetValue(_model) ?? resumed?.Model;
        if (string.IsNullOrEmpty(model))
        {
            return resumed is null
                ? await Greeting.Run(_context)
                : throw new UsageException("the saved conversation names no model; write 'jevons chat MODEL --resume'");
        }

        return await Converse(_context, parse, _start, _sampling, new ChatStart
        {
            Model = model,
            System = parse.GetValue(_system),
            Think = ThinkOption.Parse(parse.GetValue(_think)),
            IsVerbose = parse.GetValue(_verbose),
            Resumed = resumed,
        });
    }

    private string LastOrThrow()
    {
        string path = LastConversation(_context);
        return File.Exists(path) ? path : throw new FileNotFoundException("there is no conversation to go on with yet", path);
    }

    private static ILineReader Lines(CliContext context, ChatCommands commands)
    {
        // A screen that cannot be redrawn gets plain lines.
        if (context.Keyboard is not { } keyboard || !context.IsOutTerminal || context.Environment.Term == "dumb")
        {
            return new PlainLineReader(context);
        }

        LineTerminal terminal = new()
        {
            Keyboard = keyboard,
            Output = context.Out,
            Width = context.TerminalWidth,
            Style = context.OutStyle,
            Completions = commands.Complete,
            OpenEditor = (text, cancellationToken) => OpenEditor(context, text, cancellationToken),
        };
        return new LineEditor(terminal, new LineHistory(Path.Combine(context.Environment.StateFolder, HistoryFile)));
    }

    private static string? OpenEditor(CliContext context, string text, CancellationToken cancellationToken)
    {
        if (context.Environment.Editor is not { } editor)
        {
            context.Error.Write("\r\nset EDITOR to the name of an editor");
            return null;
        }

        string file = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName() + ".md");
        try
        {
            File.WriteAllText(file, text);
            string[] words = editor.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            using Process? process = Process.Start(new ProcessStartInfo(words[0], [.. words.Skip(1), file]) { UseShellExecute = false });
            process?.WaitForExitAsync(cancellationToken).GetAwaiter().GetResult();
            return process is { ExitCode: 0 } ? File.ReadAllText(file) : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or System.ComponentModel.Win32Exception)
        {
            context.Error.Write($"\r\n{editor}: {e.Message}");
            return null;
        }
        finally
        {
            File.Delete(file);
        }
    }
}
