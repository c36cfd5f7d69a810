using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;

namespace Jevons.Cli;

/// <summary>Checks that numbers on the command line lie where they make sense, with a message that names the option.</summary>
internal static class Bounds
{
    /// <summary>A least value for an option.</summary>
    public static Action<OptionResult> AtLeast(Option<int> option, int least) => result => Check(result, result.GetValue(option), least);

    /// <summary>A least value for an option that may be absent.</summary>
    public static Action<OptionResult> AtLeast(Option<int?> option, int least) => result => Check(result, result.GetValue(option), least);

    private static void Check(OptionResult result, int? value, int least)
    {
        if (value < least)
        {
            result.AddError(string.Create(CultureInfo.InvariantCulture, $"{result.Option.Name} is {value}; it must be at least {least}"));
        }
    }
}
