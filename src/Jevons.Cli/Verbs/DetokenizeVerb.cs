using System.CommandLine;
using System.Globalization;
using Jevons.Tokenization;

namespace Jevons.Cli;

/// <summary><c>detokenize</c>: token ids to text.</summary>
internal static class DetokenizeVerb
{
    private static readonly char[] s_separators = [' ', ',', ';', '[', ']', '\t', '\r', '\n'];

    /// <summary>Makes the verb.</summary>
    /// <param name="context">Streams and environment.</param>
    /// <returns>The command.</returns>
    public static VerbCommand Create(CliContext context)
    {
        TokenizerOptions source = new();
        Option<bool> json = SharedOptions.Json();
        Option<bool> jsonLines = new("--jsonl") { Description = "Reads one array of ids per line and writes one JSON string per line." };
        Option<bool> skipSpecial = new("--skip-special") { Description = "Leaves out control tokens." };
        Argument<string[]> ids = new("IDS") { Description = "Token ids, separated by blanks or commas; standard input unless given.", Arity = ArgumentArity.ZeroOrMore };
        VerbCommand command = new(
            "detokenize",
            "Turns token ids into text.",
            "jevons detokenize --model deepseek-r1:7b 9707 11 1879",
            "jevons tokenize --model deepseek-r1:7b \"Hello\" | jevons detokenize --model deepseek-r1:7b")
        {
            ids, jsonLines, skipSpecial, json,
        };
        source.AddTo(command);
        command.SetAction(parsed =>
        {
            Tokenizer tokenizer = source.Read(parsed, context).Create();
            bool skip = parsed.GetValue(skipSpecial);
            string[] given = parsed.GetValue(ids) ?? [];
            if (parsed.GetValue(jsonLines))
            {
                if (given.Length > 0)
                {
                    throw new UsageException("--jsonl reads standard input; IDS cannot be given with it");
                }

                foreach ((int number, string line) in TextInput.Lines(context))
                {
                    string decoded = tokenizer.Decode(ReadIds(tokenizer, line, $"line {number} of standard input"), skip);
                    JsonOutput.Write(context.Out, writer => writer.WriteStringValue(decoded));
                }

                return ExitCodes.Ok;
            }

            string input = TextInput.Read(context, given.Length == 0 ? null : string.Join(' ', given), "IDS");
            string text = tokenizer.Decode(ReadIds(tokenizer, input, "IDS"), skip);
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

    private static int[] ReadIds(Tokenizer tokenizer, string text, string where) =>
    [
        .. text.Split(s_separators, StringSplitOptions.RemoveEmptyEntries).Select(word =>
            int.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out int id) && id < tokenizer.VocabSize
                ? id
                : throw new UsageException($"{where}: '{word}' is no token id, expected numbers from 0 to {tokenizer.VocabSize - 1}")),
    ];
}
