using System.CommandLine;

namespace Jevons.Cli;

/// <summary>An option as shells complete it.</summary>
/// <param name="Name">The long name, for example --threads.</param>
/// <param name="Letter">The letter of its short form, or null.</param>
/// <param name="Description">What it does.</param>
/// <param name="Value">Its value; null for a switch.</param>
/// <param name="IsRepeatable">Whether it may be given several times.</param>
internal sealed record CompletionOption(string Name, char? Letter, string Description, CompletionPlace? Value, bool IsRepeatable)
{
    /// <summary>The name and the short form.</summary>
    public IEnumerable<string> Spellings => Letter is { } letter ? [Name, $"-{letter}"] : [Name];

    /// <summary>Reads an option of the command tree.</summary>
    /// <param name="option">The option.</param>
    public static CompletionOption Of(Option option) => new(
        option.Aliases.Prepend(option.Name).First(a => a.StartsWith("--", StringComparison.Ordinal)),
        option.Aliases.Prepend(option.Name).Where(a => a is ['-', char letter] && char.IsAsciiLetter(letter)).Select(a => (char?)a[1]).FirstOrDefault(),
        option.Description ?? "",
        CompletionPlace.Of(option),
        option.Arity.MaximumNumberOfValues > 1);
}
