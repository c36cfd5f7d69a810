using System.Text;

namespace Jevons.Cli;

/// <summary>Completion in bash 3.2 and later, without the functions of the bash-completion package.</summary>
internal static class BashCompletion
{
    // Words are cut at blanks alone: to bash the colon in a model's name is a word break, and so is "=". What it takes for a word
    // begins behind the last of them, so that is all it wants to have completed.
    private const string Body = """
        _jevons() {
          local line=${COMP_LINE:0:COMP_POINT} word at=1 takes= place= files= cut= i IFS=$' \t\n'
          local -a given
          word=${line##*[[:blank:]]}
          read -ra given <<<"${line%"$word"}"
          COMPREPLY=()
          if [ ${#given[@]} -lt 2 ]; then
            place=$(_jevons_place)
          else
            for i in "${given[@]:2}"; do
              if [ -n "$takes" ]; then takes=
              elif [[ $i == -* ]]; then _jevons_place "${given[1]}" "$i" >/dev/null && takes=$i
              else at=$((at + 1)); fi
            done
            if [[ -z $takes && $word == --*=* ]]; then takes=${word%%=*} cut=${word%%=*}= word=${word#*=}; fi
            if [ -n "$takes" ]; then place=$(_jevons_place "${given[1]}" "$takes")
            elif [[ $word == -* ]]; then place=$(_jevons_place "${given[1]}" options)
            else place=$(_jevons_place "${given[1]}" $at); [ -n "$place$word" ] || place=$(_jevons_place "${given[1]}" options); fi
          fi
          [[ $COMP_WORDBREAKS == *=* ]] && cut=
          for i in $place; do
            case $i in
              @models) COMPREPLY+=($(compgen -P "$cut" -W "$(jevons ls --names 2>/dev/null)" -- "$word")) ;;
              @files) files=1 ;;
              *) [[ $i == "$word"* ]] && COMPREPLY+=("$cut$i") ;;
            esac
          done
          if [ -n "$files" ]; then IFS=$'\n'; compopt -o filenames 2>/dev/null; COMPREPLY+=($(compgen -P "$cut" -f -- "$word")); fi
          if [[ $word == *:* && $COMP_WORDBREAKS == *:* ]]; then
            for i in ${!COMPREPLY[@]}; do COMPREPLY[i]=${COMPREPLY[i]#"${word%:*}:"}; done
          fi
        }
        complete -F _jevons jevons

        """;

    /// <summary>Makes the script.</summary>
    /// <param name="verbs">The verbs.</param>
    public static string Script(IReadOnlyList<CompletionEntry> verbs)
    {
        StringBuilder script = new();
        script.Append("# bash completion for jevons; put it into ~/.local/share/bash-completion/completions/jevons\n");
        script.Append("# What can stand behind an option of a verb, or as its argument of a number; fails where nothing does.\n");
        script.Append("_jevons_place() {\n  case \"$1 $2\" in\n");
        Case("\" \"", [.. verbs.Select(v => v.Name), "--help", "--version"]);
        foreach (CompletionEntry verb in verbs)
        {
            Case($"\"{verb.Name} options\"", verb.Options.Select(o => o.Name));
            foreach ((string key, CompletionPlace place) in verb.Places())
            {
                Case(key is "+" ? $"\"{verb.Name} \"[0-9]*" : $"\"{verb.Name} {key}\"", place.Offers);
            }
        }

        return script.Append("    *) return 1 ;;\n  esac\n}\n").Append(Body.ReplaceLineEndings("\n")).ToString();

        void Case(string pattern, IEnumerable<string> words) => script.Append($"    {pattern}) echo \"{string.Join(' ', words)}\" ;;\n");
    }
}
