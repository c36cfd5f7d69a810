using System.CommandLine;
using System.CommandLine.Completions;

namespace Jevons.Cli;

/// <summary>What can stand at one place of a command line: the value of an option, or an argument.</summary>
/// <param name="Label">How help calls it.</param>
/// <param name="Words">Words that are offered.</param>
/// <param name="TakesStored">Whether names of the model store are offered.</param>
/// <param name="TakesFiles">Whether files are offered.</param>
internal sealed record CompletionPlace(string Label, IReadOnlyList<string> Words, bool TakesStored, bool TakesFiles)
{
    /// <summary>Stands in scripts for the names of the model store.</summary>
    public const string Models = "@models";

    /// <summary>Stands in scripts for the files of the disk.</summary>
    public const string Files = "@files";

    private static readonly string[] s_files = ["SRC", "DST", "IN", "OUT", "DIR"];

    /// <summary>Words and marks, in the order in which they are offered.</summary>
    public IEnumerable<string> Offers => [.. Words, .. TakesStored ? [Models] : Array.Empty<string>(), .. TakesFiles ? [Files] : Array.Empty<string>()];

    /// <summary>The value of an option, or null where it is a switch.</summary>
    /// <param name="option">The option.</param>
    public static CompletionPlace? Of(Option option) => option.Arity.MaximumNumberOfValues == 0 || option.ValueType == typeof(bool)
        ? null
        : new(option.HelpName ?? "VALUE", WordsOf(option), option.HelpName is SharedOptions.ModelName, option.HelpName is SharedOptions.ModelName || IsFile(option.HelpName));

    /// <summary>An argument of a verb.</summary>
    /// <param name="verb">The verb.</param>
    /// <param name="argument">Its argument.</param>
    public static CompletionPlace Of(Command verb, Argument argument) => new(
        argument.Name,
        WordsOf(argument),
        argument.Name is SharedOptions.ModelName or "SRC" || verb.Name is "rm",
        argument.Name is SharedOptions.ModelName || IsFile(argument.Name));

    private static bool IsFile(string? name) =>
        name is not null && (name.StartsWith("FILE", StringComparison.Ordinal) || Array.IndexOf(s_files, name) >= 0);

    private static string[] WordsOf(Symbol symbol) => [.. symbol.GetCompletions(CompletionContext.Empty).Select(c => c.InsertText ?? c.Label)];
}
