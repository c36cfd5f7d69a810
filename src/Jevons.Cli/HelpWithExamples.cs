using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace Jevons.Cli;

/// <summary>The usual help, then a verb's examples and the exit codes.</summary>
/// <param name="help">Writes the usual part.</param>
/// <param name="context">Where to.</param>
internal sealed class HelpWithExamples(HelpAction help, CliContext context) : SynchronousCommandLineAction
{
    /// <inheritdoc/>
    public override bool ClearsParseErrors => true;

    /// <inheritdoc/>
    public override int Invoke(ParseResult parseResult)
    {
        help.Invoke(parseResult);
        if (parseResult.CommandResult.Command is VerbCommand { Examples.Count: > 0 } verb)
        {
            context.Out.WriteLine(verb.Examples.Count == 1 ? "Example:" : "Examples:");
            foreach (string example in verb.Examples)
            {
                context.Out.WriteLine("  " + example);
            }

            context.Out.WriteLine();
        }
        else if (parseResult.CommandResult.Command is RootCommand)
        {
            context.Out.WriteLine("Exit codes:");
            context.Out.WriteLine("  0 done, 1 failed, 2 wrong usage, 3 not found, 4 network,");
            context.Out.WriteLine("  5 does not fit memory or disk, 130 stopped by Ctrl-C");
            context.Out.WriteLine();
        }

        return ExitCodes.Ok;
    }
}
