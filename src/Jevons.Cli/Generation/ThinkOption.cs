using System.CommandLine;

namespace Jevons.Cli;

/// <summary>--think show|hide|off.</summary>
internal static class ThinkOption
{
    /// <summary>Makes the option.</summary>
    public static Option<string> Create()
    {
        Option<string> option = new("--think")
        {
            Description = "Thinking: show it (grey on a terminal, on standard error where the answer goes to a pipe), hide it, or turn it off. "
                + "Shown on a terminal and left out of a pipe unless given.",
            HelpName = "show|hide|off",
        };
        option.AcceptOnlyFromAmong("show", "hide", "off");
        return option;
    }

    /// <summary>Reads what was given.</summary>
    /// <param name="text">show, hide, off or null.</param>
    public static ThinkMode Parse(string? text) => text is null ? ThinkMode.Auto : Enum.Parse<ThinkMode>(text, ignoreCase: true);
}
