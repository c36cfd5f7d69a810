using System.CommandLine;
using System.Globalization;
using Jevons.Numerics;
using Jevons.Training;

namespace Jevons.Cli;

/// <summary><c>train pretrain</c> and <c>train sft</c>: next-token training on JSON lines, resumable.</summary>
internal sealed class TrainSupervisedVerb
{
    private readonly CliContext _context;
    private readonly TrainingOptions _options = new();
    private readonly ComputeOptions _compute = new();
    private readonly Option<bool> _json = SharedOptions.Json();

    private TrainSupervisedVerb(CliContext context) => _context = context;

    /// <summary>Makes the verb.</summary>
    /// <param name="context">Streams and environment.</param>
    /// <param name="name">pretrain or sft.</param>
    /// <param name="description">What it does.</param>
    /// <returns>The command.</returns>
    public static VerbCommand Create(CliContext context, string name, string description)
    {
        TrainSupervisedVerb verb = new(context);
        VerbCommand command = new(
            name,
            description,
            $"jevons train {name} --config {name}.yaml",
            $"jevons train {name} --set model=my-model/ --set data=my.jsonl --set output=out --set lora.rank=8 --dry-run");
        verb._options.AddTo(command);
        command.Options.Add(verb._json);
        verb._compute.AddMachineTo(command);
        command.SetAction(verb.Run);
        return command;
    }

    private int Run(ParseResult parse)
    {
        TrainingConfig config = _options.Read(parse, TrainingKeys.Supervised, _compute.Engine(parse).Threads);
        CpuFeatures features = _compute.Model(parse).Features ?? CpuFeatures.Detect();
        string model = ModelReference.Resolve(_context, config.Text("model"));
        using SupervisedRun run = SupervisedRun.Open(config, model, features, _context.Time);
        _context.Complain(string.Create(
            CultureInfo.InvariantCulture,
            $"jevons: {run.Sequences:N0} sequences, {run.Steps:N0} steps, {run.TrainedElements:N0} elements trained"));
        ShowSample(run);
        if (_options.IsDryRun(parse))
        {
            return Report(run.Probe(), parse);
        }

        if (_options.Resumes(parse) && run.Resume() is { } from)
        {
            _context.Complain(string.Create(CultureInfo.InvariantCulture, $"jevons: going on from {from}, step {run.State.Step}"));
        }

        using ProgressLine line = new(_context);
        StepReport? last = null;
        string folder = run.Run(
            report =>
            {
                last = report;
                line.Show(_ => Line(report));
            },
            _context.Cancellation);
        line.Dispose();
        Report(folder, last, parse);
        return ExitCodes.Ok;
    }

    private void ShowSample(SupervisedRun run)
    {
        const int longest = 2000;
        int left = longest;
        _context.Complain("jevons: the first sample; what is grey does not count:");
        foreach ((string text, bool counts) in run.FirstSample())
        {
            string shown = text.Length <= left ? text : text[..left] + "...";
            _context.Error.Write(counts ? shown : _context.ErrorStyle.Grey(shown));
            left -= shown.Length;
            if (left <= 0)
            {
                break;
            }
        }

        _context.Error.WriteLine();
    }

    private static string Line(StepReport report)
    {
        double perStep = report.Seconds / report.Step;
        string eta = ProgressBar.Duration(TimeSpan.FromSeconds(perStep * (report.Steps - report.Step)));
        return string.Create(
            CultureInfo.InvariantCulture,
            $"step {report.Step}/{report.Steps}  loss {report.Loss:F4}  norm {report.GradientNorm:F2}  lr {report.LearningRate:E1}  {report.TokensPerSecond:F0} tokens/s  {eta} left");
    }

    private void Report(string folder, StepReport? last, ParseResult parse)
    {
        if (parse.GetValue(_json))
        {
            JsonOutput.WriteObject(_context.Out, json =>
            {
                json.WriteString("checkpoint", folder);
                if (last is not null)
                {
                    json.WriteNumber("step", last.Step);
                    json.WriteNumber("loss", last.Loss);
                    json.WriteNumber("tokens", last.Tokens);
                    json.WriteNumber("seconds", Math.Round(last.Seconds, 3));
                    if (last.EvalLoss is double loss)
                    {
                        json.WriteNumber("eval_loss", loss);
                    }
                }
            });
            return;
        }

        _context.Out.WriteLine(last is null
            ? $"{folder}: the run was at its end already"
            : string.Create(
                CultureInfo.InvariantCulture,
                $"{folder}: loss {last.Loss:F4}{(last.EvalLoss is double e ? $", validation {e:F4}" : "")} after {last.Step:N0} steps, {last.Tokens:N0} tokens, {ProgressBar.Duration(TimeSpan.FromSeconds(last.Seconds))}"));
    }

    private int Report(StepProbe probe, ParseResult parse)
    {
        (string Name, long Bytes)[] parts =
        [
            ("frozen weights", probe.FrozenBytes),
            ("parameters", probe.ParameterBytes),
            ("gradients", probe.GradientBytes),
            ("optimizer", probe.OptimizerBytes),
            ("activations", probe.ActivationBytes),
            ("together", probe.TotalBytes),
        ];
        if (parse.GetValue(_json))
        {
            JsonOutput.WriteObject(_context.Out, json =>
            {
                foreach ((string name, long bytes) in parts)
                {
                    json.WriteNumber(name.Replace(' ', '_') + "_bytes", bytes);
                }

                json.WriteNumber("batch_tokens", probe.Tokens);
                json.WriteNumber("batch_seconds", probe.Seconds);
                json.WriteNumber("run_seconds", probe.RunSeconds);
            });
            return ExitCodes.Ok;
        }

        foreach ((string name, long bytes) in parts)
        {
            _context.Out.WriteLine($"{name,-16}{Hub.ByteText.Of(bytes),12}");
        }

        _context.Out.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"a batch of {probe.Tokens:N0} tokens takes {probe.Seconds:F2} s ({probe.Tokens / probe.Seconds:F0} tokens/s), the run about {ProgressBar.Duration(TimeSpan.FromSeconds(probe.RunSeconds))}"));
        return ExitCodes.Ok;
    }
}
