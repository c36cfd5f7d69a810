using System.Globalization;
using System.Text;

namespace Jevons.Cli;

/// <summary>Completion in fish 3 and later.</summary>
internal static class FishCompletion
{
    private const string At = """
        # True where the argument of that number of that verb is being written; further numbers too with "+".
        function __jevons_at
            set -l given (commandline -opc)
            test (count $given) -gt 1; and test $given[2] = $argv[1]; or return 1
            set -l at 1
            set -l takes 0
            for word in $given[3..]
                if test $takes = 1
                    set takes 0
                else if string match -q -- '-*' $word
                    contains -- $word $__jevons_taking; and set takes 1
                else
                    set at (math $at + 1)
                end
            end
            test $takes = 0; or return 1
            if test "$argv[3]" = +
                test $at -ge $argv[2]
            else
                test $at -eq $argv[2]
            end
        end
        function __jevons_verb
            set -l given (commandline -opc)
            test (count $given) -gt 1; and test $given[2] = $argv[1]
        end
        complete -c jevons -f

        """;

    /// <summary>Makes the script.</summary>
    /// <param name="verbs">The verbs.</param>
    public static string Script(IReadOnlyList<CompletionEntry> verbs)
    {
        StringBuilder script = new();
        script.Append("# fish completion for jevons; put it into ~/.config/fish/completions/jevons.fish\n");
        script.Append($"set -g __jevons_taking {string.Join(' ', Taking(verbs))}\n").Append(At.ReplaceLineEndings("\n"));
        foreach (CompletionEntry verb in verbs)
        {
            script.Append($"complete -c jevons -n 'test (count (commandline -opc)) -eq 1' -a {verb.Name} -d {Quoted(verb.Description)}\n");
        }

        script.Append("complete -c jevons -n 'test (count (commandline -opc)) -eq 1' -l version -d 'Shows the version.'\n");
        script.Append("complete -c jevons -n 'test (count (commandline -opc)) -eq 1' -l help -s h -d 'Shows this help.'\n");
        foreach (CompletionEntry verb in verbs)
        {
            foreach (CompletionOption option in verb.Options)
            {
                string letter = option.Letter is { } given ? $" -s {given}" : "";
                string value = option.Value is { } place ? (place.TakesFiles ? " -r -F" : " -x") + Offers(place) : "";
                script.Append($"complete -c jevons -n '__jevons_verb {verb.Name}' -l {option.Name.TrimStart('-')}{letter}{value} -d {Quoted(option.Description)}\n");
            }

            for (int i = 0; i < verb.Arguments.Count; i++)
            {
                CompletionPlace place = verb.Arguments[i];
                string further = verb.LastRepeats && i == verb.Arguments.Count - 1 ? " +" : "";
                if (place.Offers.Any())
                {
                    script.Append("complete -c jevons -n '__jevons_at ").Append(verb.Name).Append(CultureInfo.InvariantCulture, $" {i + 1}{further}'{(place.TakesFiles ? " -F" : "")}{Offers(place)}\n");
                }
            }
        }

        return script.ToString();
    }

    // An option takes a value in every verb that has it, or in none.
    private static IEnumerable<string> Taking(IReadOnlyList<CompletionEntry> verbs) =>
        verbs.SelectMany(v => v.Options).Where(o => o.Value is not null).SelectMany(o => o.Spellings).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal);

    private static string Offers(CompletionPlace place)
    {
        IEnumerable<string> words = place.TakesStored ? place.Words.Append($"({CompletionScripts.ListModels} 2>/dev/null)") : place.Words;
        string all = string.Join(' ', words);
        return all.Length == 0 ? "" : $" -a '{all}'";
    }

    private static string Quoted(string text) =>
        $"'{text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("'", "\\'", StringComparison.Ordinal)}'";
}
