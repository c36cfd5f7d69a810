using System.Globalization;
using Jevons.Hub;

namespace Jevons.Cli;

/// <summary>
/// <c>jevons</c> alone: greets, says which models are on this machine and starts a chat with one of them; where there is none it
/// offers to pull the largest R1 distill that fits. Where nobody types it only says so.
/// </summary>
internal static class Greeting
{
    private const int MostListed = 30;

    /// <summary>Greets.</summary>
    /// <param name="context">Streams, keys, environment.</param>
    /// <returns>The exit code.</returns>
    public static Task<int> Run(CliContext context)
    {
        context.Out.WriteLine($"{context.OutStyle.Bold("Jevons")} {ShowVersion.Version}: reasoning models of the DeepSeek-R1 family, on this machine.");
        context.Out.WriteLine();
        List<string> problems = [];
        IReadOnlyList<FoundModel> found = Discovery(context).Find(problems);
        foreach (string problem in problems)
        {
            context.Note(problem);
        }

        return found.Count == 0 ? OfferPull(context) : Choose(context, found);
    }

    private static ModelDiscovery Discovery(CliContext context) => new(new DiscoveryFolders
    {
        Folders = ["models"],
        Store = HubAccess.Store(context),
        Ollama = context.Environment.OllamaFolder,
        HuggingFace = context.Environment.HuggingFaceCache,
    });

    private static async Task<int> Choose(CliContext context, IReadOnlyList<FoundModel> found)
    {
        context.Out.WriteLine(found.Count == 1 ? "There is one model here:" : $"There are {found.Count} models here:");
        TextTable.Write(context.Out, [.. found.Take(MostListed).Select((model, i) => Row(model, i + 1))], context.OutColumns);
        if (found.Count > MostListed)
        {
            context.Out.WriteLine($"  and {found.Count - MostListed} more");
        }

        context.Out.WriteLine();
        if (!context.IsInteractive)
        {
            context.Out.WriteLine($"Chat with one of them:  jevons chat {Quoted(NameToUse(found[0]))}");
            context.Out.WriteLine($"Ask one question:       jevons run {Quoted(NameToUse(found[0]))} \"Why is the sky blue?\"");
            return ExitCodes.Ok;
        }

        FoundModel? chosen = found.Count == 1 ? found[0] : Ask(context, found);
        return chosen is null ? ExitCodes.Ok : await CommandLine.RunAsync(["chat", chosen.Path], context);
    }

    private static string[] Row(FoundModel model, int number)
    {
        string source = model.Source switch
        {
            ModelSource.Store => "model store",
            ModelSource.Ollama => "Ollama",
            ModelSource.HuggingFace => "Hugging Face cache",
            _ => Path.GetRelativePath(".", model.Path),
        };
        return [string.Create(CultureInfo.InvariantCulture, $"{number,4}  {model.Name}"), ByteText.Of(model.Size), source, model.Description];
    }

    // Only the store's names open a model everywhere; the others have a path.
    private static string NameToUse(FoundModel model) => model.Source == ModelSource.Store ? model.Name : Path.GetRelativePath(".", model.Path);

    private static string Quoted(string text) => text.Contains(' ', StringComparison.Ordinal) ? $"\"{text}\"" : text;

    private static FoundModel? Ask(CliContext context, IReadOnlyList<FoundModel> found)
    {
        while (true)
        {
            context.Out.Write($"Which one? [1-{found.Count}, Enter for 1, q to leave] ");
            context.Out.Flush();
            string? answer = context.In.ReadLine()?.Trim();
            context.Cancellation.ThrowIfCancellationRequested();
            if (answer is null or "q" or "Q")
            {
                return null;
            }

            if (answer.Length == 0)
            {
                return found[0];
            }

            if (int.TryParse(answer, NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number >= 1 && number <= found.Count)
            {
                return found[number - 1];
            }

            FoundModel[] named = [.. found.Where(m => m.Name.Contains(answer, StringComparison.OrdinalIgnoreCase))];
            if (named.Length == 1)
            {
                return named[0];
            }

            context.Out.WriteLine(named.Length == 0 ? "There is no such number or name." : $"{named.Length} of them have that in their names.");
        }
    }

    private static async Task<int> OfferPull(CliContext context)
    {
        HubOptions options = HubAccess.Options(context);
        MachineMemory memory = MachineMemory.Read();
        ModelAdvisor advisor = new(memory.Total, options.FreeSpace(options.StoreFolder));
        context.Say("There is no model here yet: none in ./models, in the model store, in Ollama's folder or in the Hugging Face cache.");
        if (advisor.Best is not { } advice)
        {
            FamilyModel smallest = R1Family.Models.Where(m => m.Kind == FamilyKind.Distill).MinBy(m => m.Bytes)!;
            context.Say(
                $"The smallest R1 distill, {smallest.ShortName}, takes {ByteText.Of(smallest.Bytes)}; this machine has {ByteText.Of(memory.Total)} of memory "
                + $"and {ByteText.Of(options.FreeSpace(options.StoreFolder))} of free disk, so none fits.");
            return ExitCodes.Ok;
        }

        context.Say(
            $"The largest R1 distill that fits this machine's {ByteText.Of(memory.Total)} of memory is "
            + $"{context.OutStyle.Bold(advice.Model.ShortName)} ({advice.Model.Title}, {advice.Model.Quant}): "
            + $"a download of {ByteText.Of(advice.Model.Bytes)}, about {HumanText.Duration(advice.DownloadTime)} at 100 Mbit/s, to {options.StoreFolder}.");
        context.Say(
            $"With {advice.Context} tokens of context it takes {ByteText.Of(advice.MemoryNeeded)} of memory. Licence: {advice.Model.Licence}.");
        context.Out.WriteLine();
        if (!context.IsInteractive)
        {
            context.Out.WriteLine($"Pull it:  jevons pull {advice.Model.ShortName}");
            return ExitCodes.Ok;
        }

        context.Out.Write("Pull it now? [y/N] ");
        context.Out.Flush();
        string answer = context.In.ReadLine()?.Trim() ?? "";
        context.Cancellation.ThrowIfCancellationRequested();
        if (!answer.StartsWith("y", StringComparison.OrdinalIgnoreCase))
        {
            context.Out.WriteLine($"Later then: 'jevons pull {advice.Model.ShortName}' does it.");
            return ExitCodes.Ok;
        }

        int code = await CommandLine.RunAsync(["pull", advice.Model.ShortName], context);
        return code == ExitCodes.Ok ? await CommandLine.RunAsync(["chat", advice.Model.ShortName], context) : code;
    }
}
