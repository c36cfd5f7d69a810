using System.CommandLine;
using Jevons.Hub;

namespace Jevons.Cli;

/// <summary><c>pull</c>: a model from the hub into the model store.</summary>
internal static class PullVerb
{
    /// <summary>Makes the verb.</summary>
    /// <param name="context">Streams and environment.</param>
    /// <returns>The command.</returns>
    public static VerbCommand Create(CliContext context)
    {
        Argument<string> name = new("NAME") { Description = "org/repo[:quant][@revision] on Hugging Face, or a short name such as deepseek-r1:7b." };
        name.CompletionSources.Add([.. R1Family.Models.Select(m => m.ShortName)]);
        Option<bool> json = SharedOptions.Json();
        VerbCommand command = new(
            "pull",
            "Fetches a model; a pull that was stopped goes on where it ended.",
            "jevons pull deepseek-r1:7b",
            "jevons pull unsloth/DeepSeek-R1-Distill-Qwen-1.5B-GGUF:Q4_K_M")
        {
            name, json,
        };
        command.SetAction(async (parsed, cancellation) =>
        {
            ModelName model = ModelName.Parse(parsed.GetRequiredValue(name));
            HubOptions options = HubAccess.Options(context);
            using HubClient client = new(options);
            using PullDisplay display = new(context);
            PullResult result = await new Puller(options, client, HubAccess.Store(context)).PullAsync(model, display, cancellation);
            display.Dispose();
            Report(context, parsed.GetValue(json), result);
            return ExitCodes.Ok;
        });
        return command;
    }

    private static void Report(CliContext context, bool isJson, PullResult result)
    {
        StoredModel model = result.Model;
        if (!isJson)
        {
            string how = result.WasComplete ? "was there already" : $"{ByteText.Of(result.BytesReceived)} received, checksums verified";
            context.Out.WriteLine($"{model.Name} ({model.Id}, {ByteText.Of(model.Size)}): {how}");
            return;
        }

        JsonOutput.WriteObject(context.Out, json =>
        {
            StoredModelJson.Write(json, model);
            json.WriteBoolean("was_complete", result.WasComplete);
            json.WriteNumber("bytes_received", result.BytesReceived);
        });
    }
}
