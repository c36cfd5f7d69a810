using System.CommandLine;
using Jevons.Inference;
using Jevons.Kernels;

namespace Jevons.Cli;

/// <summary><c>show</c>: what a model is and what it takes to run it, from its header alone.</summary>
internal static class ShowVerb
{
    /// <summary>Makes the verb.</summary>
    /// <param name="context">Streams and environment.</param>
    /// <returns>The command.</returns>
    public static VerbCommand Create(CliContext context)
    {
        Argument<string> model = SharedOptions.ModelArgument();
        Option<int?> positions = new("--ctx") { Description = "Context in tokens to reckon memory for; what fits unless given.", HelpName = "N" };
        positions.Validators.Add(result =>
        {
            if (result.Tokens.Count > 0 && result.GetValueOrDefault<int?>() is < 1)
            {
                result.AddError("--ctx takes a number of tokens, at least 1");
            }
        });
        Option<string> cache = new("--kv") { Description = "Element type of the cache: f32, f16, bf16 or q8_0.", HelpName = "TYPE", DefaultValueFactory = _ => "f16" };
        cache.AcceptOnlyFromAmong(StringComparer.OrdinalIgnoreCase, "f32", "f16", "bf16", "q8_0");
        Option<bool> json = SharedOptions.Json();
        VerbCommand command = new(
            "show",
            "Says what a model is, how it is best sampled, and what memory it takes.",
            "jevons show deepseek-r1:7b",
            "jevons show model.gguf --ctx 32768 --json")
        {
            model, positions, cache, json,
        };
        command.SetAction(parsed =>
        {
            string path = ModelReference.Resolve(context, parsed.GetRequiredValue(model));
            using ModelDescription description = ModelDescription.Open(path);
            KvType type = Enum.Parse<KvType>(parsed.GetRequiredValue(cache), ignoreCase: true);
            ModelReport report = ModelReport.Read(path, description, parsed.GetValue(positions), type);
            if (parsed.GetValue(json))
            {
                JsonOutput.WriteObject(context.Out, report.Write);
            }
            else
            {
                TextTable.Write(context.Out, [.. report.Lines()], context.OutColumns, context.OutStyle.Grey);
            }

            return ExitCodes.Ok;
        });
        return command;
    }
}
