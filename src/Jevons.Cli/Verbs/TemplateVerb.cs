using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Jevons.Tokenization.ChatTemplates;

namespace Jevons.Cli;

/// <summary><c>template</c>: a conversation as the model's chat template writes it.</summary>
internal static class TemplateVerb
{
    private const int LargestContext = 64 << 20;

    /// <summary>Makes the verb.</summary>
    /// <param name="context">Streams and environment.</param>
    /// <returns>The command.</returns>
    public static VerbCommand Create(CliContext context)
    {
        Option<string?> model = SharedOptions.Model();
        Option<string?> template = new("--template") { Description = "A Jinja file, or a tokenizer_config.json that holds one.", HelpName = "FILE" };
        Option<string> variables = new("--context")
        {
            Description = "A JSON object of the template's variables: messages, tools, add_generation_prompt, bos_token ... '-' reads standard input.",
            HelpName = "FILE",
            Required = true,
        };
        Option<string?> now = new("--now") { Description = "The time that templates with a date write; the clock's unless given.", HelpName = "2025-01-20T12:00:00" };
        Option<bool> json = SharedOptions.Json();
        VerbCommand command = new(
            "template",
            "Renders a conversation with a chat template and prints exactly the text.",
            "jevons template --model deepseek-r1:7b --context messages.json",
            "echo '{\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}]}' | jevons template --template chat.jinja --context -")
        {
            model, template, variables, now, json,
        };
        command.SetAction(parsed =>
        {
            DateTimeOffset moment = ParseNow(parsed.GetValue(now)) ?? context.Time.GetLocalNow();
            byte[] given = ReadContext(context, parsed.GetRequiredValue(variables));
            (string source, TemplateContext values) = FindTemplate(context, parsed.GetValue(model), parsed.GetValue(template), given);
            string text = ChatTemplate.Parse(source).Render(values, new RenderOptions { Now = moment });
            if (parsed.GetValue(json))
            {
                JsonOutput.WriteObject(context.Out, writer => writer.WriteString("text", text));
            }
            else
            {
                TextInput.WriteExactly(context, text);
            }

            return ExitCodes.Ok;
        });
        return command;
    }

    private static (string Source, TemplateContext Values) FindTemplate(CliContext context, string? model, string? file, byte[] given)
    {
        TemplateContext values = TemplateContext.Parse(given);
        switch ((model, file))
        {
            case (null, { } path):
                bool isJson = path.EndsWith(".json", StringComparison.OrdinalIgnoreCase);
                string? source = !File.Exists(path) ? throw new FileNotFoundException($"{path}: there is no such file", path)
                    : isJson ? TokenizerFiles.TemplateIn(path)
                    : File.ReadAllText(path);
                return (source ?? throw new InvalidDataException($"{path}: the file has no key chat_template"), values);
            case ({ } name, null):
                LoadedTokenizer tokenizer = TokenizerFiles.Read(ModelReference.Resolve(context, name));
                string own = tokenizer.ChatTemplate
                    ?? throw new InvalidDataException($"{tokenizer.Path}: the model has no chat template; name one with --template");
                return (own, WithTokens(values, given, tokenizer));
            case (null, null):
                throw new UsageException("a template is needed: --model MODEL or --template FILE");
            default:
                throw new UsageException("--model and --template exclude each other");
        }
    }

    // The model's own begin and end, unless the context says otherwise.
    private static TemplateContext WithTokens(TemplateContext values, byte[] given, LoadedTokenizer tokenizer)
    {
        using JsonDocument document = JsonDocument.Parse(given);
        foreach ((string name, int? id) in new[] { ("bos_token", tokenizer.Definition.BosId), ("eos_token", tokenizer.Definition.EosId) })
        {
            if (!document.RootElement.TryGetProperty(name, out _))
            {
                values = values.With(name, tokenizer.TextOf(id));
            }
        }

        return values;
    }

    private static byte[] ReadContext(CliContext context, string path)
    {
        if (path == "-")
        {
            return System.Text.Encoding.UTF8.GetBytes(context.In.ReadToEnd());
        }

        FileInfo file = new(path);
        return !file.Exists ? throw new FileNotFoundException($"{path}: there is no such file", path)
            : file.Length > LargestContext ? throw new InvalidDataException($"{path}: {file.Length} bytes, expected at most {LargestContext}")
            : File.ReadAllBytes(path);
    }

    private static DateTimeOffset? ParseNow(string? text) => text is null ? null
        : DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out DateTimeOffset moment) ? moment
        : throw new UsageException($"--now is '{text}', expected a time such as 2025-01-20T12:00:00");
}
