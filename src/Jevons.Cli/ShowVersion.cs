using System.CommandLine;
using System.CommandLine.Invocation;
using System.Reflection;

namespace Jevons.Cli;

/// <summary>Prints name and version of the program.</summary>
internal sealed class ShowVersion : SynchronousCommandLineAction
{
    /// <summary>The program's version without build details.</summary>
    public static string Version
    {
        get
        {
            string full = typeof(ShowVersion).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "0";
            int details = full.IndexOf('+', StringComparison.Ordinal);
            return details < 0 ? full : full[..details];
        }
    }

    /// <inheritdoc/>
    public override bool ClearsParseErrors => true;

    /// <inheritdoc/>
    public override int Invoke(ParseResult parseResult)
    {
        parseResult.InvocationConfiguration.Output.WriteLine($"jevons {Version}");
        return ExitCodes.Ok;
    }
}
