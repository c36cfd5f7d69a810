using System.CommandLine;

namespace Jevons.Cli;

/// <summary><c>completion</c>: the script with which a shell completes the command.</summary>
internal static class CompletionVerb
{
    /// <summary>Makes the verb.</summary>
    /// <param name="context">Streams and environment.</param>
    /// <returns>The command.</returns>
    public static VerbCommand Create(CliContext context)
    {
        Argument<string> shell = new("SHELL") { Description = "bash, zsh, fish or pwsh." };
        shell.AcceptOnlyFromAmong(CompletionScripts.Shells);
        VerbCommand command = new(
            "completion",
            "Writes the script with which a shell completes this command.",
            "jevons completion bash > ~/.local/share/bash-completion/completions/jevons",
            "jevons completion fish > ~/.config/fish/completions/jevons.fish")
        {
            shell,
        };
        command.SetAction(parsed =>
        {
            context.Out.Write(CompletionScripts.For(parsed.GetRequiredValue(shell), CommandTree.Build(context, [])));
            return ExitCodes.Ok;
        });
        return command;
    }
}
