using System.Text;

namespace Jevons.Cli;

/// <summary>Completion in zsh, by its own <c>_arguments</c>.</summary>
internal static class ZshCompletion
{
    private const string Pick = """
        # Offers the words it is given; @models stands for the model store, @files for files.
        _jevons_pick() {
          local -a offered
          local found=1
          offered=(${@:#@*})
          (( $@[(Ie)@models] )) && offered+=(${(f)"$(jevons ls --names 2>/dev/null)"})
          (( $#offered )) && compadd -a offered && found=0
          (( $@[(Ie)@files] )) && _files && found=0
          return found
        }

        """;

    // Autoloaded from $fpath, this file is the function's body the first time it is called.
    private const string End = """
        if [[ $funcstack[1] == _jevons ]]; then
          _jevons "$@"
        else
          compdef _jevons jevons
        fi

        """;

    /// <summary>Makes the script.</summary>
    /// <param name="verbs">The verbs.</param>
    public static string Script(IReadOnlyList<CompletionEntry> verbs)
    {
        StringBuilder script = new();
        script.Append("#compdef jevons\n# zsh completion for jevons; put it into a folder of $fpath as _jevons, or source it behind compinit\n");
        script.Append(Pick.ReplaceLineEndings("\n"));
        script.Append("_jevons() {\n  if (( CURRENT == 2 )); then\n    local -a verbs=(\n");
        foreach (CompletionEntry verb in verbs)
        {
            script.Append($"      {Quoted($"{verb.Name}:{verb.Description}")}\n");
        }

        script.Append("    )\n    _describe verb verbs\n    compadd -- --help --version\n    return\n  fi\n");
        script.Append("  local verb=$words[2]\n  shift words\n  (( CURRENT-- ))\n  case $verb in\n");
        foreach (CompletionEntry verb in verbs)
        {
            script.Append($"    {verb.Name})\n      _arguments");
            foreach (string spec in verb.Options.SelectMany(OptionSpecs).Concat(ArgumentSpecs(verb)))
            {
                script.Append($" \\\n        {Quoted(spec)}");
            }

            script.Append(" ;;\n");
        }

        return script.Append("  esac\n}\n").Append(End.ReplaceLineEndings("\n")).ToString();
    }

    private static IEnumerable<string> OptionSpecs(CompletionOption option)
    {
        string others = option.IsRepeatable ? "*" : option.Letter is null ? "" : $"({string.Join(' ', option.Spellings)})";
        foreach (string spelling in option.Spellings)
        {
            // "=" lets the value stand in the same word.
            string equals = option.Value is not null && spelling == option.Name ? "=" : "";
            string description = option.Description.Replace("[", "\\[", StringComparison.Ordinal).Replace("]", "\\]", StringComparison.Ordinal);
            yield return $"{others}{spelling}{equals}[{description}]{(option.Value is { } value ? Argument(value) : "")}";
        }
    }

    private static IEnumerable<string> ArgumentSpecs(CompletionEntry verb)
    {
        for (int i = 0; i < verb.Arguments.Count; i++)
        {
            yield return (verb.LastRepeats && i == verb.Arguments.Count - 1 ? "*" : $"{i + 1}") + Argument(verb.Arguments[i]);
        }
    }

    private static string Argument(CompletionPlace place)
    {
        string[] offers = [.. place.Offers.Select(Escaped)];

        // An action that begins with a blank is called as it is written.
        return $":{Escaped(place.Label)}:{(offers.Length == 0 ? " " : $" _jevons_pick {string.Join(' ', offers)}")}";
    }

    private static string Escaped(string text) => text.Replace(":", "\\:", StringComparison.Ordinal);

    private static string Quoted(string text) => $"'{text.Replace("'", "'\\''", StringComparison.Ordinal)}'";
}
