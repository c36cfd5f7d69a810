using System.CommandLine;
using System.Text.Json;
using Jevons.Tokenization;

namespace Jevons.Cli;

/// <summary><c>tokenize</c>: text to token ids.</summary>
internal static class TokenizeVerb
{
    /// <summary>Makes the verb.</summary>
    /// <param name="context">Streams and environment.</param>
    /// <returns>The command.</returns>
    public static VerbCommand Create(CliContext context)
    {
        TokenizerOptions source = new();
        Option<bool> json = SharedOptions.Json();
        Option<bool> jsonLines = new("--jsonl") { Description = "Reads one JSON string per line and writes one array of ids per line." };
        Option<bool> parseSpecial = new("--parse-special") { Description = "Recognises control tokens written in the text. Never for text of others." };
        Option<bool> noBos = new("--no-bos") { Description = "Leaves out the begin-of-sequence token that the model's prompts start with." };
        Option<bool> pieces = new("--pieces") { Description = "Writes a line per token: id and text." };
        Argument<string?> text = new("TEXT") { Description = "The text; standard input unless given.", Arity = ArgumentArity.ZeroOrOne };
        VerbCommand command = new(
            "tokenize",
            "Turns text into token ids.",
            "jevons tokenize --model deepseek-r1:7b \"Hello, world\"",
            "jevons tokenize --tokenizer tokenizer.json --jsonl < texts.jsonl")
        {
            text, jsonLines, parseSpecial, noBos, pieces, json,
        };
        source.AddTo(command);
        command.SetAction(parsed =>
        {
            Tokenizer tokenizer = source.Read(parsed, context).Create();
            bool special = parsed.GetValue(parseSpecial);
            bool? addBos = parsed.GetValue(noBos) ? false : null;
            string? given = parsed.GetValue(text);
            if (parsed.GetValue(jsonLines))
            {
                return given is null
                    ? EachLine(context, tokenizer, special, addBos)
                    : throw new UsageException("--jsonl reads standard input; TEXT cannot be given with it");
            }

            int[] ids = tokenizer.Encode(TextInput.Read(context, given, "TEXT"), special, addBos);
            if (parsed.GetValue(json))
            {
                JsonOutput.WriteObject(context.Out, writer =>
                {
                    writer.WriteNumber("count", ids.Length);
                    writer.WriteNumbers("ids", ids);
                    writer.WriteStartArray("pieces");
                    foreach (int id in ids)
                    {
                        writer.WriteStringValue(TextOf(tokenizer, id));
                    }

                    writer.WriteEndArray();
                });
            }
            else if (parsed.GetValue(pieces))
            {
                foreach (int id in ids)
                {
                    context.Out.WriteLine($"{id,8}  {TextOf(tokenizer, id)}");
                }
            }
            else
            {
                context.Out.WriteLine(string.Join(' ', ids));
            }

            return ExitCodes.Ok;
        });
        return command;
    }

    private static int EachLine(CliContext context, Tokenizer tokenizer, bool parseSpecial, bool? addBos)
    {
        List<int> ids = [];
        foreach ((int number, string line) in TextInput.Lines(context))
        {
            ids.Clear();
            tokenizer.Encode(ReadString(number, line), ids, parseSpecial, addBos);
            context.Out.Write('[');
            context.Out.Write(string.Join(',', ids));
            context.Out.WriteLine(']');
        }

        return ExitCodes.Ok;
    }

    private static string ReadString(int number, string line)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(line);
            return document.RootElement.ValueKind == JsonValueKind.String
                ? document.RootElement.GetString()!
                : throw new InvalidDataException($"line {number} of standard input is {document.RootElement.ValueKind}, expected a JSON string");
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw new InvalidDataException($"line {number} of standard input is no JSON string ({e.Message})", e);
        }
    }

    private static string TextOf(Tokenizer tokenizer, int id) => tokenizer.TryGetText(id, out string? text) ? text : "";
}
