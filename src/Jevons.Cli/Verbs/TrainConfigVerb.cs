using System.CommandLine;
using Jevons.Training;

namespace Jevons.Cli;

/// <summary><c>train config</c>: every key of a training configuration, resolved, or its JSON schema.</summary>
internal static class TrainConfigVerb
{
    /// <summary>Makes the verb.</summary>
    /// <param name="context">Streams and environment.</param>
    /// <returns>The command.</returns>
    public static VerbCommand Create(CliContext context)
    {
        TrainingOptions options = new();
        Option<bool> schema = new("--schema") { Description = "Writes the JSON schema, for editors that complete and check YAML." };
        VerbCommand command = new(
            "config",
            "Shows a training configuration with every key, as it counts.",
            "jevons train config",
            "jevons train config --schema > training.schema.json")
        {
            schema,
        };
        options.AddTo(command);
        command.SetAction(parse =>
        {
            IReadOnlyList<ConfigKey> keys = TrainingKeys.Supervised;
            if (parse.GetValue(schema))
            {
                JsonOutput.WriteObject(context.Out, json => TrainingSchema.Write(keys, json));
                return ExitCodes.Ok;
            }

            // What a run cannot do without may be missing here.
            TrainingConfig config = options.Read(parse, [.. keys.Select(k => k with { IsRequired = false })], null);
            foreach (string line in config.ToYaml().Split('\n', StringSplitOptions.RemoveEmptyEntries))
            {
                context.Out.WriteLine(line);
            }

            return ExitCodes.Ok;
        });
        return command;
    }
}
