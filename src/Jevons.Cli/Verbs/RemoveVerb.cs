using System.CommandLine;
using Jevons.Hub;

namespace Jevons.Cli;

/// <summary><c>rm</c>: removes models from the store.</summary>
internal static class RemoveVerb
{
    /// <summary>Makes the verb.</summary>
    /// <param name="context">Streams and environment.</param>
    /// <returns>The command.</returns>
    public static VerbCommand Create(CliContext context)
    {
        Argument<string[]> names = new("NAME") { Description = "Names from 'jevons ls'.", Arity = ArgumentArity.OneOrMore };
        Option<bool> json = SharedOptions.Json();
        VerbCommand command = new("rm", "Removes models from the store and frees their disk space.", "jevons rm deepseek-r1:7b")
        {
            names, json,
        };
        command.SetAction(parsed =>
        {
            ModelStore store = HubAccess.Store(context);
            List<(string Name, long Bytes)> removed = [];
            foreach (string name in parsed.GetRequiredValue(names))
            {
                long bytes = store.Remove(name);
                removed.Add((name, bytes));
                if (!parsed.GetValue(json))
                {
                    context.Out.WriteLine($"removed {name}, {ByteText.Of(bytes)} freed");
                }
            }

            if (parsed.GetValue(json))
            {
                JsonOutput.Write(context.Out, writer =>
                {
                    writer.WriteStartArray();
                    foreach ((string name, long bytes) in removed)
                    {
                        writer.WriteStartObject();
                        writer.WriteString("name", name);
                        writer.WriteNumber("bytes_freed", bytes);
                        writer.WriteEndObject();
                    }

                    writer.WriteEndArray();
                });
            }

            return ExitCodes.Ok;
        });
        return command;
    }
}
