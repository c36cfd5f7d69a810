namespace Jevons.Cli.Tests;

/// <summary>Completion scripts follow the command tree.</summary>
public sealed class CompletionTests
{
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

    [Fact]
    public async Task BashScript_IsValidBash()
    {
        Assert.SkipUnless(File.Exists("/bin/bash"), "there is no bash on this machine");
        using CliBench bench = new();
        string script = bench.Folder.Write("jevons.bash", await bench.OutputAsync("completion", "bash"));
        string test = $$"""
            source {{script}}
            jevons() { echo 'org/Model-GGUF:Q4_K_M'; }
            complete_line() { COMP_LINE=$1; COMP_POINT=${#1}; read -ra COMP_WORDS <<<"$1"; COMP_CWORD=$((${#COMP_WORDS[@]} - 1)); _jevons; echo ${COMPREPLY[*]}; }
            complete_line 'jevons tok'
            complete_line 'jevons tokenize --js'
            complete_line 'jevons run org/Mod'
            complete_line 'jevons run org/Model-GGUF:Q'
            complete_line 'jevons tokenize --model org/'
            """;
        (int code, string output, string error) = await ProcessRun.StartAsync("/bin/bash", ["-c", test]);
        Assert.Equal((0, "tokenize\n--jsonl --json\norg/Model-GGUF:Q4_K_M\nQ4_K_M\norg/Model-GGUF:Q4_K_M\n", ""), (code, output, error));
    }
}
