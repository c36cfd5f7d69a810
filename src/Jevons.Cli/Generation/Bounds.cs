using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;

namespace Jevons.Cli;

/// <summary>Checks that numbers on the command line lie where they make sense, with a message that names the option.</summary>
internal static class Bounds
{
    /// <summary>A least value for an option.</summary>
    public static Action<OptionResult> AtLeast(Option<int> option, int least) => result => Check(option, result, result.GetValueOrDefault<int>(), least);

    /// <summary>A least value for an option that may be absent.</summary>
    public static Action<OptionResult> AtLeast(Option<int?> option, int least) => result => Check(option, result, result.GetValueOrDefault<int?>(), least);

    private static void Check(Option option, OptionResult result, int? value, int least)
    {
        if (result.Tokens.Count > 0 && value < least)
        {
            result.AddError(string.Create(CultureInfo.InvariantCulture, $"{option.Name} is {value}; it must be at least {least}"));
        }
    }
}
