using System.CommandLine;
using System.CommandLine.Parsing;
using Jevons.Hub;

namespace Jevons.Cli;

/// <summary>Reads a command line, runs its verb, and turns whatever happens into an exit code and a message.</summary>
internal static class CommandLine
{
    // "@name" is text, not a file of arguments, and "-abc" is not three options.
    private static readonly ParserConfiguration s_parser = new() { ResponseFileTokenReplacer = null, EnablePosixBundling = false };

    /// <summary>Runs the command.</summary>
    /// <param name="args">The words after <c>jevons</c>.</param>
    /// <param name="context">Streams, environment, clock.</param>
    /// <returns>One of <see cref="ExitCodes"/>.</returns>
    public static async Task<int> RunAsync(IReadOnlyList<string> args, CliContext context)
    {
        if (args.TakeWhile(a => a != "--").Contains("--no-color", StringComparer.Ordinal))
        {
            context = context with { NoColor = true };
        }

        try
        {
            ParseResult parsed = CommandTree.Build(context, args).Parse(args, s_parser);
            bool isHelp = parsed.Action is { ClearsParseErrors: true };
            if (!isHelp && FindProblem(parsed) is { } problem)
            {
                context.Complain($"{context.ErrorStyle.Red("jevons:")} {problem}");
                context.Error.WriteLine($"Try '{CallOf(parsed)} --help'.");
                return ExitCodes.Usage;
            }

            InvocationConfiguration invocation = new()
            {
                EnableDefaultExceptionHandler = false,
                ProcessTerminationTimeout = null,
                Output = context.Out,
                Error = context.Error,
            };
            return await parsed.InvokeAsync(invocation, context.Cancellation);
        }
        catch (Exception e)
        {
            return ErrorReport.Write(e, context);
        }
        finally
        {
            context.Out.Flush();
        }
    }

    private static string CallOf(ParseResult parsed)
    {
        List<string> words = [];
        for (SymbolResult? result = parsed.CommandResult; result is CommandResult command; result = result.Parent)
        {
            words.Insert(0, command.Command is RootCommand ? "jevons" : command.Command.Name);
        }

        return string.Join(' ', words);
    }

    private static string? FindProblem(ParseResult parsed)
    {
        if (parsed.CommandResult.Command is RootCommand && parsed.UnmatchedTokens is [string word, ..])
        {
            return word.StartsWith('-')
                ? $"there is no option '{word}'{Spelling.Hint(word, OptionsOf(parsed), "")}"
                : $"there is no verb '{word}'{Spelling.Hint(word, CommandTree.VerbNames, $"; there are {string.Join(", ", CommandTree.VerbNames)}")}";
        }

        if (FindUnknownOption(parsed) is { } option)
        {
            return $"'{CallOf(parsed)}' has no option '{option}'{Spelling.Hint(option, OptionsOf(parsed), "; text that begins with a dash goes behind '--'")}";
        }

        return parsed.Errors.Count > 0 ? Plain(parsed.Errors[0].Message) : null;
    }

    // The parser takes an option that it does not know for an argument.
    private static string? FindUnknownOption(ParseResult parsed)
    {
        HashSet<string> literal = [.. parsed.Tokens.SkipWhile(t => t.Type != TokenType.DoubleDash).Select(t => t.Value)];
        IEnumerable<Token> arguments = parsed.CommandResult.Children.OfType<ArgumentResult>().SelectMany(a => a.Tokens);
        return arguments.Select(t => t.Value).Concat(parsed.UnmatchedTokens)
            .FirstOrDefault(t => LooksLikeOption(t) && !literal.Contains(t));
    }

    private static bool LooksLikeOption(string token) => token.StartsWith('-') && token.TrimStart('-') is [char first, ..] && char.IsAsciiLetter(first);

    private static IEnumerable<string> OptionsOf(ParseResult parsed) =>
        parsed.CommandResult.Command.Options.Concat(parsed.RootCommandResult.Command.Options).Select(o => o.Name).Distinct(StringComparer.Ordinal);

    private static string Plain(string message)
    {
        string text = message.TrimEnd('.');
        return text.Length == 0 ? message : char.ToLowerInvariant(text[0]) + text[1..];
    }
}
