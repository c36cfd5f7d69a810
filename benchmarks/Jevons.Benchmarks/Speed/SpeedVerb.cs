using System.CommandLine;
using System.Globalization;
using Jevons.Kernels;
using Jevons.Numerics;

namespace Jevons.Benchmarks;

/// <summary><c>speed</c>: our engine beside its peers, alternating, on the same files; writes the table.</summary>
internal sealed class SpeedVerb
{
    private readonly Option<string> _models = new("--models")
    {
        Description = "A GGUF file, several separated by commas, or a folder of them.", Required = true, HelpName = "PATH",
    };

    private readonly Option<string> _filter = new("--filter") { Description = "Of a folder, only names that contain one of these, comma-separated.", HelpName = "TEXT" };
    private readonly Option<string> _llama = new("--llama-cpp") { Description = "Folder of llama.cpp's libraries; left out, it does not take part.", HelpName = "DIR" };
    private readonly Option<string> _ik = new("--ik") { Description = "ik_llama.cpp's llama-bench; left out, it does not take part.", HelpName = "BIN" };
    private readonly Option<string> _work = new("--work")
    {
        Description = $"Comma-separated: {string.Join(", ", Workload.Names)}; also decode@N and prompt:N.",
        DefaultValueFactory = _ => "prompt,decode",
        HelpName = "NAMES",
    };

    private readonly Option<string> _sides = new("--sides")
    {
        Description = "Comma-separated: jevons, llama.cpp, ik, ik-rtr; all that were given paths unless named.", HelpName = "NAMES",
    };

    private readonly Option<int> _samples = new("--samples") { Description = "Samples of each side.", DefaultValueFactory = _ => 5, HelpName = "N" };
    private readonly Option<int> _threads = new("--threads") { Description = "Threads of each side.", DefaultValueFactory = _ => 2, HelpName = "N" };
    private readonly Option<bool> _hash = new("--hash") { Description = "Writes the SHA-256 of each file." };
    private readonly Option<string> _out = new("--out") { Description = "Writes the table here, and every sample beside it (.jsonl).", HelpName = "FILE.md" };

    /// <summary>Makes the verb.</summary>
    public static Command Create()
    {
        SpeedVerb verb = new();
        Command command = new("speed", "Measures our engine beside its peers and writes a table.")
        {
            verb._models, verb._filter, verb._llama, verb._ik, verb._work, verb._sides, verb._samples, verb._threads, verb._hash, verb._out,
        };
        command.SetAction(verb.Run);
        return command;
    }

    private Task<int> Run(ParseResult parsed, CancellationToken cancellationToken)
    {
        int count = parsed.GetValue(_threads);
        if (count < 2)
        {
            throw new ArgumentException("--threads: the probe of placement takes two threads at least");
        }

        string[] files = [.. Files(parsed.GetRequiredValue(_models), parsed.GetValue(_filter))];
        Workload[] works = [.. List(parsed.GetRequiredValue(_work)).Select(
            name => Workload.Find(name) ?? throw new ArgumentException($"--work: '{name}' is unknown; there are {string.Join(", ", Workload.Names)}, decode@N, prompt:N"))];
        List<ISide> sides = Sides(parsed, count);
        using ProbeThreads threads = new(count);
        using WorkerPool pool = new(count);
        using KernelContext context = new(pool, CpuFeatures.Detect());
        using PlacementProbe probe = new(threads, hugePages: false);
        ComputePeaks peaks = ComputePeaks.Measure(threads, context);
        double huge;
        using (PlacementProbe wide = new(threads, hugePages: true))
        {
            huge = wide.Measure().Bandwidth;
        }

        Placement first = probe.Measure();
        Dictionary<string, ModelWork> models = files.ToDictionary(f => Path.GetFileName(f), f => new ModelWork(f, parsed.GetValue(_hash)), StringComparer.Ordinal);
        List<Sample> samples = [];
        try
        {
            Rounds rounds = new(probe, sides, Console.Error.WriteLine);
            foreach (string file in files)
            {
                foreach (Workload work in works)
                {
                    rounds.Measure(file, work, parsed.GetValue(_samples), samples, cancellationToken);
                }
            }
        }
        catch (OperationCanceledException)
        {
            Console.Error.WriteLine("stopped: the table holds what was measured until now");
        }
        finally
        {
            sides.ForEach(side => side.Dispose());
        }

        // The higher of two looks: a moment on one core halves a peak.
        ComputePeaks later = ComputePeaks.Measure(threads, context);
        peaks = new ComputePeaks(Math.Max(peaks.Int8, later.Int8), Math.Max(peaks.Float32, later.Float32), Math.Max(peaks.BFloat16, later.BFloat16));
        using StringWriter text = new(CultureInfo.InvariantCulture);
        SpeedHeader.Write(text, parsed, peaks, first, huge, count, models.Values, works);
        new SpeedReport(peaks, models, samples).Write(text);
        Console.Out.Write(text.ToString());
        if (parsed.GetValue(_out) is { } path)
        {
            File.WriteAllText(path, text.ToString());
            File.WriteAllLines(Path.ChangeExtension(path, ".jsonl"), samples.Select(SampleText.Json));
        }

        return Task.FromResult(0);
    }

    private static IEnumerable<string> Files(string paths, string? filter)
    {
        string[] parts = filter is null ? [] : [.. List(filter)];
        foreach (string path in List(paths))
        {
            string[] found = Directory.Exists(path)
                ? [.. Directory.GetFiles(path, "*.gguf").Where(f => parts.Length == 0 || parts.Any(p => Path.GetFileName(f).Contains(p, StringComparison.Ordinal))).Order(StringComparer.Ordinal)]
                : File.Exists(path) ? [path] : [];
            if (found.Length == 0)
            {
                throw new FileNotFoundException($"--models: there is no GGUF file at {path}{(filter is null ? "" : $" whose name contains {filter}")}");
            }

            foreach (string file in found)
            {
                yield return Path.GetFullPath(file);
            }
        }
    }

    private List<ISide> Sides(ParseResult parsed, int threads)
    {
        string? llama = parsed.GetValue(_llama) is { } folder ? Path.GetFullPath(folder) : null;
        string? ik = parsed.GetValue(_ik) is { } program ? Path.GetFullPath(program) : null;
        string[] wanted = parsed.GetValue(_sides) is { } text
            ? [.. List(text)]
            : ["jevons", .. llama is null ? Array.Empty<string>() : ["llama.cpp"], .. ik is null ? Array.Empty<string>() : ["ik", "ik-rtr"]];
        return [.. wanted.Select(name => (ISide)(name switch
        {
            "jevons" => new JevonsSide(threads),
            "llama.cpp" => new LlamaSide(llama ?? throw new ArgumentException("--llama-cpp DIR is missing"), threads),
            "ik" or "ik-rtr" => File.Exists(ik)
                ? new IkSide(ik, threads, repack: name == "ik-rtr")
                : throw new FileNotFoundException($"--ik: there is no program at '{ik}'; name ik_llama.cpp's llama-bench"),
            _ => throw new ArgumentException($"--sides: '{name}' is unknown; there are jevons, llama.cpp, ik, ik-rtr"),
        }))];
    }

    private static string[] List(string text) => text.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
}
