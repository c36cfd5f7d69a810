using System.CommandLine;
using System.Globalization;
using Jevons.Hub;

namespace Jevons.Cli;

/// <summary><c>ls</c>: the models of the store.</summary>
internal static class ListVerb
{
    /// <summary>Makes the verb.</summary>
    /// <param name="context">Streams and environment.</param>
    /// <returns>The command.</returns>
    public static VerbCommand Create(CliContext context)
    {
        Option<bool> names = new("--names") { Description = "Writes the names alone, one a line." };
        Option<bool> json = SharedOptions.Json();
        VerbCommand command = new("ls", "Lists the models of the store.", "jevons ls")
        {
            names, json,
        };
        command.SetAction(parsed =>
        {
            ModelStore store = HubAccess.Store(context);
            List<string> problems = [];
            IReadOnlyList<StoredModel> models = store.List(problems);
            if (parsed.GetValue(json))
            {
                WriteJson(context, models, store.ListPartial());
            }
            else if (parsed.GetValue(names))
            {
                foreach (StoredModel model in models)
                {
                    context.Out.WriteLine(model.Name);
                }
            }
            else
            {
                WriteTable(context, store, models);
            }

            problems.ForEach(context.Note);
            return ExitCodes.Ok;
        });
        return command;
    }

    private static void WriteJson(CliContext context, IReadOnlyList<StoredModel> models, IReadOnlyList<PartialModel> partial) =>
        JsonOutput.Write(context.Out, json =>
        {
            json.WriteStartArray();
            foreach (StoredModel model in models)
            {
                json.WriteStartObject();
                StoredModelJson.Write(json, model);
                json.WriteEndObject();
            }

            foreach (PartialModel model in partial)
            {
                json.WriteStartObject();
                json.WriteString("name", model.Name);
                json.WriteNumber("size", model.Total);
                json.WriteNumber("received", model.Done);
                json.WriteBoolean("complete", value: false);
                json.WriteEndObject();
            }

            json.WriteEndArray();
        });

    private static void WriteTable(CliContext context, ModelStore store, IReadOnlyList<StoredModel> models)
    {
        IReadOnlyList<PartialModel> partial = store.ListPartial();
        if (models.Count + partial.Count == 0)
        {
            context.Note($"the store {store.Folder} is empty; 'jevons pull deepseek-r1:7b' fetches a model");
            return;
        }

        DateTimeOffset now = context.Time.GetUtcNow();
        List<string[]> rows = [["NAME", "ID", "SIZE", "MODIFIED"]];
        rows.AddRange(models.Select(m => new[]
        {
            m.Name, m.Id, ByteText.Of(m.Size), m.IsComplete ? Ago(now - m.Modified) : "files are missing: pull it again",
        }));
        rows.AddRange(partial.Select(m => new[]
        {
            m.Name, "-", ByteText.Of(m.Total), $"{(m.Total > 0 ? m.Done * 100 / m.Total : 0)}% pulled: pull it again to go on",
        }));
        TextTable.Write(context.Out, rows);
    }

    private static string Ago(TimeSpan time) => time switch
    {
        { TotalMinutes: < 1 } => "just now",
        { TotalHours: < 1 } => Count((int)time.TotalMinutes, "minute"),
        { TotalDays: < 1 } => Count((int)time.TotalHours, "hour"),
        { TotalDays: < 14 } => Count((int)time.TotalDays, "day"),
        { TotalDays: < 60 } => Count((int)(time.TotalDays / 7), "week"),
        _ => Count((int)(time.TotalDays / 30), "month"),
    };

    private static string Count(int n, string unit) => string.Create(CultureInfo.InvariantCulture, $"{n} {unit}{(n == 1 ? "" : "s")} ago");
}
