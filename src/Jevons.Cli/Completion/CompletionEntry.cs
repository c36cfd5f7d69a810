using System.CommandLine;

namespace Jevons.Cli;

/// <summary>A verb as shells complete it.</summary>
/// <param name="Name">The verb.</param>
/// <param name="Description">What it does.</param>
/// <param name="Options">Its options.</param>
/// <param name="Arguments">Its arguments in order; a subcommand is the first of them.</param>
/// <param name="LastRepeats">Whether the last argument may be given several times.</param>
internal sealed record CompletionEntry(
    string Name, string Description, IReadOnlyList<CompletionOption> Options, IReadOnlyList<CompletionPlace> Arguments, bool LastRepeats)
{
    /// <summary>Reads all verbs of the command tree.</summary>
    /// <param name="root">The whole command tree.</param>
    public static IReadOnlyList<CompletionEntry> All(RootCommand root) => [.. root.Subcommands.Select(verb => Of(root, verb))];

    /// <summary>
    /// The places where this verb takes something, each with the word under which a script finds it: the option's spelling or
    /// the argument's number; a repeated one is there twice, the second time with "+" for all further numbers.
    /// </summary>
    public IEnumerable<(string Key, CompletionPlace Place)> Places()
    {
        foreach (CompletionOption option in Options.Where(o => o.Value is not null))
        {
            foreach (string spelling in option.Spellings)
            {
                yield return (spelling, option.Value!);
            }
        }

        for (int i = 0; i < Arguments.Count; i++)
        {
            yield return ($"{i + 1}", Arguments[i]);
        }

        if (LastRepeats)
        {
            yield return ("+", Arguments[^1]);
        }
    }

    private static CompletionEntry Of(RootCommand root, Command verb)
    {
        IEnumerable<Option> options = verb.Options.Concat(verb.Subcommands.SelectMany(s => s.Options)).Concat(root.Options.Where(o => o.Recursive));
        List<CompletionPlace> places = [];
        Command taking = verb;
        if (verb.Subcommands.Count > 0)
        {
            // All subcommands of a verb take the same.
            places.Add(new CompletionPlace("COMMAND", [.. verb.Subcommands.Select(s => s.Name)], TakesStored: false, TakesFiles: false));
            taking = verb.Subcommands[0];
        }

        places.AddRange(taking.Arguments.Select(a => CompletionPlace.Of(verb, a)));
        return new CompletionEntry(
            verb.Name,
            verb.Description ?? "",
            [.. options.Where(o => !o.Hidden).DistinctBy(o => o.Name, StringComparer.Ordinal).Select(CompletionOption.Of)],
            places,
            taking.Arguments is [.., { Arity.MaximumNumberOfValues: > 1 }]);
    }
}
