using System.CommandLine;
using System.Text;

namespace Jevons.Cli;

/// <summary>
/// Scripts with which shells complete the command: verbs and options from the command tree, models from <c>jevons ls --names</c>.
/// </summary>
internal static class CompletionScripts
{
    /// <summary>The shells that have a script.</summary>
    public static readonly string[] Shells = ["bash", "zsh", "fish", "pwsh"];

    /// <summary>Makes a script.</summary>
    /// <param name="shell">One of <see cref="Shells"/>.</param>
    /// <param name="root">The whole command tree.</param>
    /// <returns>The script.</returns>
    public static string For(string shell, RootCommand root) => shell switch
    {
        "bash" => Bash(root),
        "zsh" => Zsh(root),
        "fish" => Fish(root),
        _ => Pwsh(root),
    };

    private static IEnumerable<Option> OptionsOf(RootCommand root, Command verb) =>
        verb.Options.Concat(root.Options.Where(o => o.Recursive)).Where(o => !o.Hidden);

    private static IEnumerable<string> WordsOf(RootCommand root, Command verb) =>
        verb.Subcommands.Select(s => s.Name).Concat(OptionsOf(root, verb).Select(o => o.Name));

    private static bool TakesModel(Command verb) => verb.Name is "rm" || verb.Arguments.Any(a => a.Name is SharedOptions.ModelName or "SRC");

    private static string Bash(RootCommand root)
    {
        StringBuilder script = new();
        script.Append("# bash completion for jevons; put it into ~/.local/share/bash-completion/completions/jevons\n");
        script.Append("_jevons() {\n");

        // Words are cut at blanks alone: to bash the colon in a model's name is a word break.
        script.Append("  local line=${COMP_LINE:0:COMP_POINT} verb=${COMP_WORDS[1]} words= word before i IFS=$' \\t\\n'\n");
        script.Append("  word=${line##*[[:blank:]]}; read -ra before <<<\"${line%\"$word\"}\"; before=${before[${#before[@]}-1]}\n");
        script.Append("  if [ \"$COMP_CWORD\" -eq 1 ]; then\n");
        script.Append($"    COMPREPLY=($(compgen -W \"{string.Join(' ', root.Subcommands.Select(s => s.Name))} --help --version\" -- \"$word\"))\n");
        script.Append("    return\n  fi\n");
        script.Append("  case $verb in\n");
        foreach (Command verb in root.Subcommands)
        {
            script.Append($"    {verb.Name}) words=\"{string.Join(' ', WordsOf(root, verb))}\"");
            script.Append(TakesModel(verb) ? "; [[ $word == -* ]] || words+=\" $(jevons ls --names 2>/dev/null)\"" : "");
            script.Append(" ;;\n");
        }

        script.Append("  esac\n");
        script.Append("  case $before in -m|--model) words=$(jevons ls --names 2>/dev/null) ;; esac\n");
        script.Append("  COMPREPLY=($(compgen -W \"$words\" -- \"$word\"))\n");
        script.Append("  IFS=$'\\n'\n");
        script.Append("  [[ $word == -* ]] || COMPREPLY+=($(compgen -f -- \"$word\"))\n");

        // What bash takes for a word begins behind the last colon, so that is all it wants to have completed.
        script.Append("  if [[ $word == *:* && $COMP_WORDBREAKS == *:* ]]; then\n");
        script.Append("    for i in ${!COMPREPLY[@]}; do COMPREPLY[i]=${COMPREPLY[i]#\"${word%:*}:\"}; done\n  fi\n");
        return script.Append("}\ncomplete -o filenames -F _jevons jevons\n").ToString();
    }

    private static string Zsh(RootCommand root)
    {
        StringBuilder script = new();
        script.Append("#compdef jevons\n# zsh completion for jevons; put it into a folder of $fpath as _jevons\n");
        script.Append("_jevons() {\n  local -a verbs options models\n  verbs=(\n");
        foreach (Command verb in root.Subcommands)
        {
            script.Append($"    '{verb.Name}:{Quoted(verb.Description)}'\n");
        }

        script.Append("  )\n  if (( CURRENT == 2 )); then\n    _describe 'verb' verbs\n    return\n  fi\n  options=()\n");
        script.Append("  models=()\n  case $words[2] in\n");
        foreach (Command verb in root.Subcommands)
        {
            script.Append($"    {verb.Name})\n      options=(\n");
            foreach (Command inner in verb.Subcommands)
            {
                script.Append($"        '{inner.Name}:{Quoted(inner.Description)}'\n");
            }

            foreach (Option option in OptionsOf(root, verb))
            {
                script.Append($"        '{option.Name}:{Quoted(option.Description)}'\n");
            }

            script.Append("      )\n");
            script.Append(TakesModel(verb) ? "      models=(${(f)\"$(jevons ls --names 2>/dev/null)\"})\n" : "");
            script.Append("      ;;\n");
        }

        script.Append("  esac\n");
        script.Append("  [[ $words[CURRENT-1] == (-m|--model) ]] && models=(${(f)\"$(jevons ls --names 2>/dev/null)\"})\n");
        script.Append("  _describe 'option' options\n  (( $#models )) && compadd -a models\n  _files\n}\n");
        return script.Append("compdef _jevons jevons\n").ToString();
    }

    private static string Fish(RootCommand root)
    {
        StringBuilder script = new();
        script.Append("# fish completion for jevons; put it into ~/.config/fish/completions/jevons.fish\n");
        foreach (Command verb in root.Subcommands)
        {
            script.Append($"complete -c jevons -n __fish_use_subcommand -f -a {verb.Name} -d '{Quoted(verb.Description)}'\n");
        }

        foreach (Command verb in root.Subcommands)
        {
            string inVerb = $"complete -c jevons -n '__fish_seen_subcommand_from {verb.Name}'";
            foreach (Command inner in verb.Subcommands)
            {
                script.Append($"{inVerb} -a {inner.Name} -d '{Quoted(inner.Description)}'\n");
            }

            foreach (Option option in OptionsOf(root, verb))
            {
                string shortName = option.Aliases.FirstOrDefault(a => a is ['-', char letter] && char.IsAsciiLetter(letter)) is { } alias ? $" -s {alias[1]}" : "";
                string value = option.HelpName == SharedOptions.ModelName ? " -x -a '(jevons ls --names 2>/dev/null)'" : option.Arity.MaximumNumberOfValues > 0 && option.ValueType != typeof(bool) ? " -r" : "";
                script.Append($"{inVerb} -l {option.Name.TrimStart('-')}{shortName}{value} -d '{Quoted(option.Description)}'\n");
            }

            script.Append(TakesModel(verb) ? $"{inVerb} -a '(jevons ls --names 2>/dev/null)'\n" : "");
        }

        return script.ToString();
    }

    private static string Pwsh(RootCommand root)
    {
        StringBuilder script = new();
        script.Append("# PowerShell completion for jevons; add it to $PROFILE\n");
        script.Append("Register-ArgumentCompleter -Native -CommandName jevons -ScriptBlock {\n");
        script.Append("    param($wordToComplete, $commandAst, $cursorPosition)\n    $words = @{\n");
        script.Append($"        '' = @({Listed(root.Subcommands.Select(s => s.Name).Concat(["--help", "--version"]))})\n");
        foreach (Command verb in root.Subcommands)
        {
            script.Append($"        '{verb.Name}' = @({Listed(WordsOf(root, verb))})\n");
        }

        script.Append("    }\n");
        script.Append($"    $takesModel = @({Listed(root.Subcommands.Where(TakesModel).Select(s => s.Name))})\n");
        script.Append("    $given = @($commandAst.CommandElements | ForEach-Object { \"$_\" })\n");
        script.Append("    $verb = if ($given.Count -gt 2 -or ($given.Count -eq 2 -and -not $wordToComplete)) { $given[1] } else { '' }\n");
        script.Append("    $found = @($words[$verb])\n");
        script.Append("    if ($takesModel -contains $verb -and -not $wordToComplete.StartsWith('-')) { $found += @(jevons ls --names 2>$null) }\n");
        script.Append("    $found | Where-Object { $_ -like \"$wordToComplete*\" } | ForEach-Object {\n");
        script.Append("        [System.Management.Automation.CompletionResult]::new($_, $_, 'ParameterValue', $_)\n    }\n}\n");
        return script.ToString();
    }

    private static string Listed(IEnumerable<string> words) => string.Join(", ", words.Select(w => $"'{w}'"));

    // Inside single quotes of any of the shells, and without the colon that zsh's _describe splits at.
    private static string Quoted(string? text) => (text ?? "").Replace("'", "", StringComparison.Ordinal).Replace(": ", ", ", StringComparison.Ordinal);
}
