using System.CommandLine;
using System.Text.Json;
using Jevons.Inference;
using Jevons.Tokenization;

namespace Jevons.Cli;

/// <summary><c>run</c>: one prompt, one answer. Without a prompt and at a terminal it becomes a chat.</summary>
internal sealed class RunVerb
{
    private readonly CliContext _context;
    private readonly EngineStart _start = new();
    private readonly SamplingOptions _sampling = new();
    private readonly Argument<string> _model = SharedOptions.ModelArgument();
    private readonly Argument<string[]> _prompt = new("PROMPT")
    {
        Description = "What to ask; text piped into the command is joined to it.",
        Arity = ArgumentArity.ZeroOrMore,
    };

    private readonly Option<string?> _system = new("--system") { Description = "Instruction for the whole conversation.", HelpName = "TEXT" };
    private readonly Option<string> _think = ThinkOption.Create();
    private readonly Option<bool> _raw = new("--raw") { Description = "Continues the prompt as it is, without the chat template." };
    private readonly Option<bool> _parseSpecial = new("--parse-special")
    {
        Description = "Recognises control tokens written in the prompt. Never for text of others.",
    };

    private readonly Option<bool> _verbose = new("--verbose", "-v") { Description = "Prints times and counts to standard error." };
    private readonly Option<bool> _json = new("--json") { Description = "Writes one JSON object: parts, usage, timings, finish reason." };

    private RunVerb(CliContext context)
    {
        _context = context;
    }

    /// <summary>Makes the verb.</summary>
    public static VerbCommand Create(CliContext context)
    {
        RunVerb verb = new(context);
        VerbCommand command = new(
            "run",
            "Answers a prompt.",
            "jevons run deepseek-r1:7b \"How many primes are there below 50?\"",
            "cat notes.txt | jevons run model.gguf \"Summarise this\" --think hide --max-tokens 500",
            "jevons run model.gguf --raw --temperature 0 \"Once upon a time\"")
        {
            verb._model, verb._prompt, verb._system, verb._think, verb._raw, verb._parseSpecial,
        };
        verb._sampling.AddTo(command);
        verb._start.AddTo(command);
        command.Options.Add(verb._verbose);
        command.Options.Add(verb._json);
        command.Validators.Add(result =>
        {
            if (result.GetValue(verb._raw) && result.GetValue(verb._system) is not null)
            {
                result.AddError("--system is a turn of the chat template, which --raw leaves out");
            }
        });
        command.SetAction(verb.Run);
        return command;
    }

    private async Task<int> Run(ParseResult parse, CancellationToken cancellationToken)
    {
        string[] words = parse.GetValue(_prompt) ?? [];
        bool isJson = parse.GetValue(_json);
        if (words.Length == 0 && _context.IsInTerminal)
        {
            return isJson || !_context.IsOutTerminal
                ? throw new UsageException("PROMPT is missing: give it as an argument or pipe it into the command")
                : await ChatVerb.Converse(_context, parse, _start, _sampling, new ChatStart
                {
                    Model = parse.GetRequiredValue(_model),
                    System = parse.GetValue(_system),
                    Think = ThinkOption.Parse(parse.GetValue(_think)),
                    IsVerbose = parse.GetValue(_verbose),
                });
        }

        using RunningModel running = _start.Start(_context, parse, parse.GetRequiredValue(_model), saysContext: !isJson);
        string prompt = Join(words, _context.IsInTerminal ? "" : await _context.In.ReadToEndAsync(cancellationToken));
        if (string.IsNullOrEmpty(prompt))
        {
            throw new UsageException("the prompt is empty: give it as an argument or pipe it into the command");
        }

        SamplingParams sampling = _sampling.Read(parse, running.Model.SamplingDefaults.Sampling);
        Generation generation = running.Engine.Generate(Request(parse, running.Model, prompt, sampling), cancellationToken);
        AnswerPrinter? printer = isJson ? null : new AnswerPrinter(_context, ThinkOption.Parse(parse.GetValue(_think)));
        await foreach (GenerationEvent item in generation.WithCancellation(CancellationToken.None))
        {
            printer?.Write(item);
        }

        printer?.Finish();
        GenerationResult result = (await generation.Completion)[0];
        return Report(parse, running, result, sampling);
    }

    // What is piped in stands behind the question, a blank line between them.
    private static string Join(string[] words, string piped)
    {
        string asked = string.Join(' ', words);
        string text = piped.TrimEnd('\n', '\r');
        return asked.Length == 0 ? text : text.Length == 0 ? asked : $"{asked}\n\n{text}";
    }

    private GenerationRequest Request(ParseResult parse, Model model, string prompt, SamplingParams sampling)
    {
        bool parseSpecial = parse.GetValue(_parseSpecial);
        bool isRaw = parse.GetValue(_raw);
        if (!isRaw && model.ChatTemplate is null)
        {
            _context.Note($"{model.Name} has no chat template, so the prompt is continued as it is (--raw says so too)");
            isRaw = true;
        }

        if (isRaw)
        {
            return new GenerationRequest { Prompt = model.Encode(prompt, parseSpecial), Sampling = sampling };
        }

        List<ChatTurn> turns = parse.GetValue(_system) is { } system ? [ChatTurn.System(system), ChatTurn.User(prompt)] : [ChatTurn.User(prompt)];
        ChatPrompt rendered = model.BuildPrompt(turns, new PromptOptions
        {
            Think = ThinkOption.Parse(parse.GetValue(_think)) != ThinkMode.Off,
            Now = _context.Time.GetLocalNow(),
        });

        // Text that may hold control tokens is encoded as the template's own is.
        IReadOnlyList<int> tokens = parseSpecial ? model.Tokenizer!.Encode([new PromptPart(rendered.Text, IsTemplate: true)]) : rendered.Tokens;
        return new GenerationRequest { Prompt = tokens, Sampling = sampling, ContinuesText = false };
    }

    private int Report(ParseResult parse, RunningModel running, GenerationResult result, SamplingParams sampling)
    {
        if (parse.GetValue(_json))
        {
            JsonOutput.WriteObject(_context.Out, json => WriteJson(json, running, result, sampling));
        }

        if (parse.GetValue(_verbose))
        {
            _context.Error.WriteLine();
            GenerationReport.Write(_context.Error, running, result, sampling);
        }

        if (GenerationReport.Warning(result, running, sampling) is { } warning)
        {
            _context.Note(warning);
        }

        return result switch
        {
            { Error: { } error } => throw new InvalidOperationException($"generation failed: {error.Message}", error),
            { FinishReason: FinishReason.Cancelled } => ExitCodes.Interrupted,
            _ => ExitCodes.Ok,
        };
    }

    private static void WriteJson(Utf8JsonWriter json, RunningModel running, GenerationResult result, SamplingParams sampling)
    {
        json.WriteString("model", running.Model.Name);
        json.WriteStartArray("parts");
        WritePart(json, "thinking", result.Thinking);
        WritePart(json, "answer", result.Text);
        json.WriteEndArray();
        json.WriteString("finish_reason", GenerationReport.NameOf(result.FinishReason));
        if (result.StopString is { } stop)
        {
            json.WriteString("stop_string", stop);
        }

        json.WriteBoolean("still_thinking", result.IsStillThinking);
        json.WriteNumbers("tokens", [.. result.Tokens]);
        GenerationReport.Write(json, running, result, sampling);
    }

    private static void WritePart(Utf8JsonWriter json, string type, string text)
    {
        if (text.Length > 0)
        {
            json.WriteStartObject();
            json.WriteString("type", type);
            json.WriteString("text", text);
            json.WriteEndObject();
        }
    }
}
