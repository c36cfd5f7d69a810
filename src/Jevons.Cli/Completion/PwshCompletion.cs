using System.Text;

namespace Jevons.Cli;

/// <summary>Completion in PowerShell.</summary>
internal static class PwshCompletion
{
    private const string Body = """
            $given = @($commandAst.CommandElements | Where-Object { $_.Extent.EndOffset -lt $cursorPosition } | ForEach-Object { "$_" })
            $offers = @()
            if ($given.Count -lt 2) {
                $offers = $places['']
            }
            else {
                $verb = $given[1]
                $takes = ''
                $at = 1
                foreach ($word in ($given | Select-Object -Skip 2)) {
                    if ($takes) { $takes = '' }
                    elseif ($word.StartsWith('-')) { if ($places.ContainsKey("$verb $word")) { $takes = $word } }
                    else { $at++ }
                }
                $before = ''
                if (-not $takes -and $wordToComplete -like '--*=*') {
                    $takes, $wordToComplete = $wordToComplete -split '=', 2
                    $before = "$takes="
                }
                if ($takes) { $offers = $places["$verb $takes"] }
                elseif ($wordToComplete.StartsWith('-')) { $offers = $places["$verb options"] }
                elseif ($places.ContainsKey("$verb $at")) { $offers = $places["$verb $at"] }
                elseif ($places.ContainsKey("$verb +")) { $offers = $places["$verb +"] }
                if (-not $offers -and -not $takes -and -not $wordToComplete) { $offers = $places["$verb options"] }
            }
            $offers | ForEach-Object { if ($_ -eq '@models') { jevons ls --names 2>$null } elseif ($_ -ne '@files') { $_ } } |
                Where-Object { $_ -like "$([System.Management.Automation.WildcardPattern]::Escape($wordToComplete))*" } |
                ForEach-Object { [System.Management.Automation.CompletionResult]::new("$before$_", $_, 'ParameterValue', $_) }
            if ($offers -contains '@files') { [System.Management.Automation.CompletionCompleters]::CompleteFilename($wordToComplete) }
        }

        """;

    /// <summary>Makes the script.</summary>
    /// <param name="verbs">The verbs.</param>
    public static string Script(IReadOnlyList<CompletionEntry> verbs)
    {
        StringBuilder script = new();
        script.Append("# PowerShell completion for jevons; add it to $PROFILE\n");
        script.Append("Register-ArgumentCompleter -Native -CommandName jevons -ScriptBlock {\n");
        script.Append("    param($wordToComplete, $commandAst, $cursorPosition)\n");
        script.Append("    # What can stand behind an option of a verb, or as its argument of a number.\n");

        // A literal of a hash table ignores case, and -T is not -t.
        script.Append("    $places = [System.Collections.Generic.Dictionary[string, string[]]]::new()\n");
        Place("", [.. verbs.Select(v => v.Name), "--help", "--version"]);
        foreach (CompletionEntry verb in verbs)
        {
            Place($"{verb.Name} options", verb.Options.Select(o => o.Name));
            foreach ((string key, CompletionPlace place) in verb.Places())
            {
                Place($"{verb.Name} {key}", place.Offers);
            }
        }

        return script.Append(Body.ReplaceLineEndings("\n")).ToString();

        void Place(string key, IEnumerable<string> words) =>
            script.Append($"    $places['{key}'] = @({string.Join(", ", words.Select(w => $"'{w}'"))})\n");
    }
}
