using System.CommandLine;

namespace Jevons.Cli;

/// <summary>
/// Scripts with which shells complete the command: verbs, options, their values and arguments from the command tree, models from
/// <c>jevons ls --names</c>.
/// </summary>
internal static class CompletionScripts
{
    /// <summary>Lists the models of the store, in every shell.</summary>
    public const string ListModels = "jevons ls --names";

    /// <summary>The shells that have a script.</summary>
    public static readonly string[] Shells = ["bash", "zsh", "fish", "pwsh"];

    /// <summary>Makes a script.</summary>
    /// <param name="shell">One of <see cref="Shells"/>.</param>
    /// <param name="root">The whole command tree.</param>
    /// <returns>The script.</returns>
    public static string For(string shell, RootCommand root)
    {
        IReadOnlyList<CompletionEntry> verbs = CompletionEntry.All(root);
        return shell switch
        {
            "bash" => BashCompletion.Script(verbs),
            "zsh" => ZshCompletion.Script(verbs),
            "fish" => FishCompletion.Script(verbs),
            _ => PwshCompletion.Script(verbs),
        };
    }
}
