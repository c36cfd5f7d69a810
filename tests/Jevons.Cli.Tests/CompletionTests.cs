using System.CommandLine;

namespace Jevons.Cli.Tests;

/// <summary>Completion scripts follow the command tree, and each shell that is there completes with its own.</summary>
public sealed class CompletionTests
{
    private static readonly string[] s_lines =
    [
        "jevons tok", "jevons tokenize --js", "jevons run --think ", "jevons run --kv f16 org/Mod", "jevons run --think hide --kv b", "jevons tokenize --model org/",
        "jevons quantize a b Q4_K", "jevons blocks de", "jevons blocks quantize Q8", "jevons pull deepseek-r1:1.", "jevons synth x --like smol", "jevons bench m --pr",
    ];

    private static readonly string[] s_completions =
    [
        "tokenize", "--json --jsonl", "hide off show", "org/Model-GGUF:Q4_K_M", "bf16", "org/Model-GGUF:Q4_K_M",
        "Q4_K_M Q4_K_S", "dequantize", "Q8_0", "deepseek-r1:1.5b", "smollm2-135m", "--prompt",
    ];

    [Theory]
    [InlineData("bash", "--parse-special")]
    [InlineData("zsh", "--parse-special")]
    [InlineData("fish", "-l parse-special")]
    [InlineData("pwsh", "--parse-special")]
    public async Task Script_HasEveryVerbAndOption(string shell, string option)
    {
        using CliBench bench = new();
        string script = await bench.OutputAsync("completion", shell);
        Assert.All(CommandTree.VerbNames, verb => Assert.Contains(verb, script, StringComparison.Ordinal));
        Assert.Contains(option, script, StringComparison.Ordinal);
        Assert.Contains("jevons ls --names", script, StringComparison.Ordinal);
        Assert.Contains("dequantize", script, StringComparison.Ordinal);
    }

    // Scripts count arguments by one list of the options that take a value, and read one subcommand for all of a verb.
    [Fact]
    public void CommandTree_IsAsScriptsTakeIt()
    {
        using CliBench bench = new();
        RootCommand root = CommandTree.Build(bench.Context(TextWriter.Null, TextWriter.Null), []);
        IReadOnlyList<CompletionEntry> verbs = CompletionEntry.All(root);
        Assert.Equal(CommandTree.VerbNames, verbs.Select(v => v.Name), StringComparer.Ordinal);
        Assert.All(verbs.SelectMany(v => v.Options).GroupBy(o => o.Name, StringComparer.Ordinal), o => Assert.Single(o.Select(one => one.Value is null).Distinct()));
        Assert.All(root.Subcommands.Where(v => v.Subcommands.Count > 0), verb =>
            Assert.Single(verb.Subcommands.Select(s => string.Join(' ', s.Arguments.Select(a => a.Name))).Distinct(StringComparer.Ordinal)));
    }

    [Fact]
    public async Task Bash_Completes()
    {
        string test = $$"""
            source SCRIPT
            complete_line() { COMP_LINE=$1; COMP_POINT=${#1}; _jevons; printf '%s\n' "${COMPREPLY[@]}" | sort | paste -sd ' ' -; }
            {{string.Join('\n', s_lines.Select(l => $"complete_line '{l}'"))}}
            """;

        // bash takes what follows a colon for a word of its own, so it gets no more than that.
        string[] wanted = [.. s_completions.Select(c => c == "deepseek-r1:1.5b" ? "1.5b" : c)];
        Assert.Equal(wanted, await LinesAsync("bash", test));
        Assert.Equal(["Q4_K_M", "show", "(nothing)"], await LinesAsync("bash", $$"""
            source SCRIPT
            complete_line() { COMP_LINE=$1; COMP_POINT=${#1}; _jevons; echo "${COMPREPLY[*]:-(nothing)}"; }
            complete_line 'jevons run org/Model-GGUF:Q'
            complete_line 'jevons run --think=s'
            complete_line 'jevons bench m -p '
            """));
    }

    [Fact]
    public async Task Fish_Completes() => Assert.Equal(s_completions, await LinesAsync("fish", $"""
        source SCRIPT
        for line in {string.Join(' ', s_lines.Select(l => $"'{l}'"))}
            complete -C $line | string replace -r '\t.*' '' | sort | string join ' '
        end
        true
        """));

    [Fact]
    public async Task Pwsh_Completes() => Assert.Equal((string[])[.. s_completions, "--think=show"], await LinesAsync("pwsh", $"""
        . SCRIPT
        foreach ($line in {string.Join(", ", s_lines.Append("jevons run --think=s").Select(l => $"'{l}'"))}) $BODY
        """.Replace("$BODY", "{ ((TabExpansion2 $line $line.Length).CompletionMatches.CompletionText | Sort-Object) -join ' ' }", StringComparison.Ordinal)));

    // Its completion runs in the line editor alone, so this sees what the script hands to zsh.
    [Fact]
    public async Task Zsh_DescribesEveryPlace()
    {
        string[] lines = await LinesAsync("zsh", """
            compdef() { compdef=$*; }; _describe() { print -l $verbs; }; compadd() { print -r -- ${offered:-$*}; }; _files() { print FILES; }
            _arguments() { print -rl -- "$@"; }
            source SCRIPT
            print -r -- $compdef
            words=(jevons ''); CURRENT=2; _jevons
            words=(jevons run ''); CURRENT=3; _jevons
            words=(jevons rm ''); CURRENT=3; _jevons
            words=(jevons pull ''); CURRENT=3; _jevons
            _jevons_pick f16 @models @files
            """);
        Assert.Equal("_jevons jevons", lines[0]);
        Assert.Contains("tokenize:Turns text into token ids.", lines, StringComparer.Ordinal);
        Assert.Contains("--help --version", lines[CommandTree.VerbNames.Count() + 1], StringComparison.Ordinal);
        Assert.Contains(lines, l => l.StartsWith("--think=[Thinking: show it", StringComparison.Ordinal) && l.EndsWith("]:show|hide|off: _jevons_pick hide off show", StringComparison.Ordinal));
        Assert.Contains(lines, l => l.StartsWith("(--max-tokens -n)-n[", StringComparison.Ordinal));
        Assert.Contains("1:MODEL: _jevons_pick @models @files", lines, StringComparer.Ordinal);
        Assert.Contains("*:PROMPT: ", lines, StringComparer.Ordinal);
        Assert.Contains("*:NAME: _jevons_pick @models", lines, StringComparer.Ordinal);
        Assert.Contains(lines, l => l.StartsWith("1:NAME: _jevons_pick deepseek-r1\\:1.5b ", StringComparison.Ordinal));
        Assert.Equal(["f16 org/Model-GGUF:Q4_K_M", "FILES"], lines[^2..]);
    }

    // Autoloaded from $fpath, the file's text is the function's body at the first call, which must complete already.
    [Fact]
    public async Task Zsh_AutoloadedFunction_CompletesTheFirstTime() => Assert.Equal(["verbs"], await LinesAsync("zsh", """
        _describe() { print verbs; }; compadd() { :; }
        mkdir FOLDER/fpath; cp SCRIPT FOLDER/fpath/_jevons; fpath=(FOLDER/fpath); autoload -Uz _jevons
        words=(jevons ''); CURRENT=2; _jevons
        """));

    // Runs a shell's commands beside a "jevons" that lists one model.
    private static async Task<string[]> LinesAsync(string shell, string commands)
    {
        string? program = Environment.GetEnvironmentVariable("PATH")!.Split(Path.PathSeparator).Select(p => Path.Combine(p, shell)).FirstOrDefault(File.Exists);
        Assert.SkipUnless(program is not null, $"there is no {shell} on this machine");
        using CliBench bench = new();
        string script = bench.Folder.Write(shell == "pwsh" ? "script.ps1" : "script", await bench.OutputAsync("completion", shell));
        string command = bench.Folder.Write("bin/jevons", "#!/bin/sh\n[ \"$1 $2\" = 'ls --names' ] && echo 'org/Model-GGUF:Q4_K_M'\n");
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(command, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }

        string test = bench.Folder.Write(shell == "pwsh" ? "test.ps1" : "test", commands
            .Replace("SCRIPT", script, StringComparison.Ordinal).Replace("FOLDER", bench.Folder.Path, StringComparison.Ordinal));
        string[] quiet = shell switch
        {
            "zsh" => ["-f"],
            "fish" => ["--no-config"],
            "pwsh" => ["-NoProfile", "-File"],
            _ => ["--norc"],
        };
        string path = $"PATH={Path.GetDirectoryName(command)}{Path.PathSeparator}{Environment.GetEnvironmentVariable("PATH")}";
        (int code, string output, string error) = await ProcessRun.StartAsync("/usr/bin/env", [path, "POWERSHELL_TELEMETRY_OPTOUT=1", program, .. quiet, test]);
        Assert.Equal("", error);
        Assert.Equal(0, code);
        return output.ReplaceLineEndings("\n").TrimEnd('\n').Split('\n');
    }
}
