using System.CommandLine;
using System.Globalization;
using Jevons.Inference;
using Jevons.Kernels;

namespace Jevons.Cli;

/// <summary>
/// <c>bench</c>: how fast a model runs here and how far that is from what the machine can do. Random token ids, so that a model
/// without a tokenizer is measured too.
/// </summary>
internal sealed class BenchVerb
{
    private static readonly CultureInfo s_culture = CultureInfo.InvariantCulture;

    private readonly CliContext _context;
    private readonly ComputeOptions _compute = new();
    private readonly Argument<string> _model = SharedOptions.ModelArgument();
    private readonly Option<int[]> _prompt = List("-p", "--prompt", "Prompt tokens.", 512, 0);
    private readonly Option<int[]> _decode = List("-n", "--decode", "Tokens to generate.", 128, 0);
    private readonly Option<int[]> _depth = List("-d", "--depth", "Positions that stand in the cache before.", 0, 0);
    private readonly Option<int[]> _batch = List("-b", "--batch", "Sequences that run together.", 1, 1);
    private readonly Option<int> _repetitions = new("-r", "--repetitions")
    {
        Description = "Repetitions, of which the median counts; they follow untimed ones that warm up.",
        HelpName = "N",
        DefaultValueFactory = _ => 3,
    };

    private readonly Option<int> _shared = new("--shared-prefix")
    {
        Description = "First positions that all sequences of a batch share, as answers to one prompt do; rounded down to pages of 64.",
        HelpName = "N",
    };

    private readonly Option<bool> _json = SharedOptions.Json();

    private BenchVerb(CliContext context)
    {
        _context = context;
        _repetitions.Validators.Add(Bounds.AtLeast(_repetitions, 1));
        _shared.Validators.Add(Bounds.AtLeast(_shared, 0));
    }

    /// <summary>Makes the verb.</summary>
    public static VerbCommand Create(CliContext context)
    {
        BenchVerb verb = new(context);
        VerbCommand command = new(
            "bench",
            "Measures how fast a model runs here.",
            "jevons bench model.gguf -p 512 -n 128 -d 0,1024 -b 1,8 -t 2",
            "jevons bench deepseek-r1:7b -p 1024 -b 8 --shared-prefix 1024 --kv q8_0 --json")
        {
            verb._model, verb._prompt, verb._decode, verb._depth, verb._batch, verb._repetitions, verb._shared,
        };
        verb._compute.AddTo(command);
        command.Options.Add(verb._json);
        command.SetAction(verb.Run);
        return command;
    }

    private Task<int> Run(ParseResult parse, CancellationToken cancellationToken)
    {
        BenchCase[] cases = [.. Cases(parse)];
        if (cases.Length == 0)
        {
            throw new UsageException("there is nothing to measure: -p and -n are both 0");
        }

        long began = _context.Time.GetTimestamp();
        using Model model = Model.Load(ModelReference.Resolve(_context, parse.GetRequiredValue(_model)), _compute.Model(parse));
        using ComputeResources resources = ComputeResources.Create(model, _compute.Engine(parse) with
        {
            ContextLength = cases.Max(c => c.Length),
            CacheTokens = cases.Max(BenchRunner.CachePositions),
            MemoryBytes = MachineMemory.Read().Available,
        });
        TimeSpan loadTime = _context.Time.GetElapsedTime(began);
        using ProgressLine progress = new(_context);
        progress.Show(_ => "measuring what the machine can do");
        Ceilings ceilings = Ceilings.Measure(resources.Runner.Context, _context.Time, TimeSpan.FromMilliseconds(400));
        BenchRunner runner = new(resources.Runner, Engine.FormsOf(resources.Runner, _compute.Mla(parse)), _context.Time);
        List<BenchResult> results = [];
        foreach (BenchCase run in cases)
        {
            results.Add(runner.Measure(
                run,
                parse.GetValue(_repetitions),
                name => progress.Show(_ => $"{results.Count + 1} of {cases.Length}: depth {run.Depth}, batch {run.Batch}, {name}"),
                cancellationToken));
        }

        progress.Dispose();
        BenchReport report = new(model, resources, ceilings, loadTime, parse.GetValue(_repetitions), results);
        if (parse.GetValue(_json))
        {
            JsonOutput.WriteObject(_context.Out, report.WriteJson);
        }
        else
        {
            report.WriteText(_context.Out);
        }

        return Task.FromResult(ExitCodes.Ok);
    }

    private IEnumerable<BenchCase> Cases(ParseResult parse)
    {
        int shared = parse.GetValue(_shared) / KvLayerLayout.PageLength * KvLayerLayout.PageLength;
        foreach (int depth in parse.GetRequiredValue(_depth))
        {
            foreach (int batch in parse.GetRequiredValue(_batch))
            {
                foreach (int prompt in parse.GetRequiredValue(_prompt))
                {
                    foreach (int decode in parse.GetRequiredValue(_decode))
                    {
                        if (prompt + decode > 0)
                        {
                            yield return new BenchCase(depth, prompt, decode, batch, batch > 1 ? Math.Min(shared, depth + prompt) : 0);
                        }
                    }
                }
            }
        }
    }

    private static Option<int[]> List(string name, string alias, string description, int usual, int least)
    {
        Option<int[]> option = new(name, alias)
        {
            Description = $"{description} Several, as 1,8, are all measured.",
            HelpName = "N,...",
            DefaultValueFactory = _ => [usual],
            CustomParser = result =>
            {
                List<int> numbers = [];
                foreach (string text in result.Tokens.SelectMany(t => t.Value.Split(',')))
                {
                    if (int.TryParse(text, NumberStyles.None, s_culture, out int number) && number >= least && number <= 1 << 24)
                    {
                        numbers.Add(number);
                    }
                    else
                    {
                        result.AddError($"{name}: '{text}' is no number from {least.ToString(s_culture)} on; several are written 1,8");
                    }
                }

                return [.. numbers];
            },
        };
        return option;
    }
}
