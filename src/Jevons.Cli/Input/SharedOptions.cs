using System.CommandLine;

namespace Jevons.Cli;

/// <summary>Options and arguments that several verbs have, spelled and explained alike.</summary>
internal static class SharedOptions
{
    /// <summary>The name of the argument that is a model; shells complete it with the store's models and files.</summary>
    public const string ModelName = "MODEL";

    private const string ModelText = "A .gguf file, a folder, or a name from 'jevons ls'.";

    /// <summary>--json.</summary>
    /// <returns>A new option.</returns>
    public static Option<bool> Json() => new("--json") { Description = "Writes JSON to standard output." };

    /// <summary>--model MODEL.</summary>
    /// <returns>A new option.</returns>
    public static Option<string?> Model() => new("--model", "-m") { Description = ModelText, HelpName = ModelName };

    /// <summary>MODEL as an argument.</summary>
    /// <returns>A new argument.</returns>
    public static Argument<string> ModelArgument() => new(ModelName) { Description = ModelText };

    /// <summary>--threads N.</summary>
    /// <returns>A new option; null stands for one thread a processor.</returns>
    public static Option<int?> Threads()
    {
        Option<int?> option = new("--threads", "-t") { Description = "Threads that compute; one a processor unless given.", HelpName = "N" };
        option.Validators.Add(result =>
        {
            if (result.Tokens.Count > 0 && result.GetValueOrDefault<int?>() is < 1 or > 1024)
            {
                result.AddError("--threads takes a number from 1 to 1024");
            }
        });
        return option;
    }
}
