using System.CommandLine;
using Jevons.Training;

namespace Jevons.Cli;

/// <summary>The options that every kind of training has.</summary>
internal sealed class TrainingOptions
{
    private readonly Option<string> _config = new("--config") { Description = "The configuration; 'jevons train config' shows all keys.", HelpName = "FILE.yaml" };

    private readonly Option<string[]> _set = new("--set")
    {
        Description = "Sets a key over the file's, such as optimizer.lr=3e-4; any number of times.",
        HelpName = "KEY=VALUE",
    };

    private readonly Option<string> _resume = new("--resume")
    {
        Description = "auto goes on from the newest checkpoint of the output folder; never begins anew, in a folder without checkpoints.",
        HelpName = "auto|never",
        DefaultValueFactory = _ => "auto",
    };

    private readonly Option<bool> _dryRun = new("--dry-run") { Description = "Shows the memory of each part and the time from one batch, and trains nothing." };

    /// <summary>Makes the options.</summary>
    public TrainingOptions() => _resume.AcceptOnlyFromAmong("auto", "never");

    /// <summary>Adds the options to a verb.</summary>
    /// <param name="command">The verb.</param>
    public void AddTo(Command command)
    {
        command.Options.Add(_config);
        command.Options.Add(_set);
        command.Options.Add(_resume);
        command.Options.Add(_dryRun);
    }

    /// <summary>Whether only a probe is wanted.</summary>
    public bool IsDryRun(ParseResult parse) => parse.GetValue(_dryRun);

    /// <summary>Whether a run goes on where it stopped.</summary>
    public bool Resumes(ParseResult parse) => parse.GetValue(_resume) == "auto";

    /// <summary>The configuration that was given.</summary>
    /// <param name="parse">The command line.</param>
    /// <param name="keys">The table of keys.</param>
    /// <param name="threads">--threads, which counts before the file.</param>
    /// <returns>The configuration.</returns>
    public TrainingConfig Read(ParseResult parse, IReadOnlyList<ConfigKey> keys, int? threads)
    {
        string? file = parse.GetValue(_config);
        List<string> settings = [.. parse.GetValue(_set) ?? []];
        if (threads is int count)
        {
            settings.Add($"threads={count}");
        }

        return TrainingConfig.Read(keys, file is null ? null : File.ReadAllText(file), file ?? "the configuration", settings);
    }
}
