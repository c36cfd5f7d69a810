using System.CommandLine;
using System.CommandLine.Help;

namespace Jevons.Cli;

/// <summary>The whole command line: the root and one line per verb.</summary>
internal static class CommandTree
{
    private static readonly Verb[] s_verbs =
    [
        new("run", RunVerb.Create),
        new("chat", ChatVerb.Create),
        new("show", ShowVerb.Create),
        new("pull", PullVerb.Create),
        new("ls", ListVerb.Create),
        new("rm", RemoveVerb.Create),
        new("tokenize", TokenizeVerb.Create),
        new("detokenize", DetokenizeVerb.Create),
        new("template", TemplateVerb.Create),
        new("convert", ConvertVerb.Create),
        new("quantize", QuantizeVerb.Create),
        new("synth", SynthVerb.Create),
        new("blocks", BlocksVerb.Create),
        new("score", ScoreVerb.Create),
        new("perplexity", PerplexityVerb.Create),
        new("train", TrainVerb.Create),
        new("gradients", GradientsVerb.Create),
        new("bench", BenchVerb.Create),
        new("doctor", DoctorVerb.Create),
        new("completion", CompletionVerb.Create),
    ];

    /// <summary>The names of all verbs.</summary>
    public static IEnumerable<string> VerbNames => s_verbs.Select(v => v.Name);

    /// <summary>Builds what a command line needs: one verb when the first word names it, else all of them.</summary>
    /// <param name="context">What verbs work with.</param>
    /// <param name="args">The command line.</param>
    /// <returns>The root.</returns>
    public static RootCommand Build(CliContext context, IReadOnlyList<string> args)
    {
        RootCommand root = new("Runs reasoning models of the DeepSeek-R1 family on this machine.") { HelpName = "jevons" };
        root.Options.Add(new Option<bool>("--no-color") { Description = "Writes no colours; NO_COLOR does the same.", Recursive = true });
        foreach (Option option in root.Options)
        {
            if (option is HelpOption { Action: HelpAction help })
            {
                option.Description = "Shows this help.";
                option.Action = new HelpWithExamples(help, context);
            }
            else if (option is VersionOption)
            {
                option.Description = "Shows the version.";
                option.Action = new ShowVersion();
            }
        }

        Verb? asked = args.Count > 0 ? Array.Find(s_verbs, v => v.Name == args[0]) : null;
        foreach (Verb verb in asked is null ? s_verbs : [asked])
        {
            root.Subcommands.Add(verb.Create(context));
        }

        root.SetAction((_, _) => Greeting.Run(context));
        return root;
    }
}
