using System.Globalization;
using System.Text.Json;
using Jevons.Formats;
using Jevons.Inference;

namespace Jevons.Benchmarks;

/// <summary>ik_llama.cpp through its own bench programs, a process a sample; they warm up before they time.</summary>
/// <param name="bench">Path of its llama-bench; llama-batched-bench lies beside it.</param>
/// <param name="threads">Threads.</param>
/// <param name="repack">Repacks the weights at load and asks for huge pages (-rtr 1 -thp 1).</param>
internal sealed class IkSide(string bench, int threads, bool repack) : ISide
{
    /// <inheritdoc/>
    public string Name => repack ? "ik -rtr -thp" : "ik";

    /// <inheritdoc/>
    public ITrial? Prepare(string model, Workload work, CancellationToken cancellationToken)
    {
        BenchCase run = work.Case;
        string batched = Path.Combine(Path.GetDirectoryName(bench) ?? "", "llama-batched-bench");
        bool latent = IsLatent(model);
        return work.Kind switch
        {
            WorkKind.Decode when run.Batch == 1 && run.Depth > 0 => Bench(model, latent, work, "-p", "0", "-n", "0", "-gp", Text($"{run.Depth},{run.Decode}")),
            WorkKind.Decode when run.Batch == 1 => Bench(model, latent, work, "-p", "0", "-n", Text($"{run.Decode}")),
            WorkKind.Prompt => Bench(model, latent, work, "-p", Text($"{run.Prompt}"), "-n", "0"),
            WorkKind.FirstToken => new ProcessTrial(
                [bench, .. BenchFlags(model, latent), "-p", Text($"{run.Prompt}"), "-n", "0", "-w", "0"], _ => null),
            _ when File.Exists(batched) => Batched(batched, model, latent, work),
            _ => null,
        };
    }

    /// <inheritdoc/>
    public void Dispose()
    {
    }

    // Its latent attention and fused experts are switched on where the model has them.
    private static bool IsLatent(string model)
    {
        using OpenedModel opened = ModelPath.Open(model);
        return opened.Gguf?.Metadata.GetStringOrNull("general.architecture")?.StartsWith("deepseek", StringComparison.Ordinal) == true;
    }

    private ProcessTrial Bench(string model, bool latent, Workload work, params string[] what) => new(
        [bench, .. BenchFlags(model, latent), "-o", "json", .. what],
        output =>
        {
            int begin = output.IndexOf('[', StringComparison.Ordinal);
            using JsonDocument json = JsonDocument.Parse(output[begin..(output.LastIndexOf(']') + 1)]);
            return new Reading(work.Tokens / json.RootElement[0].GetProperty("avg_ts").GetDouble());
        });

    private string[] BenchFlags(string model, bool latent) =>
    [
        "-m", model, "-t", Text($"{threads}"), "-r", "1", "-ctk", "f16", "-ctv", "f16", "-fa", "1",
        .. repack ? ["-rtr", "1", "-thp", "1"] : Array.Empty<string>(),
        .. latent ? ["-mla", "3", "-fmoe", "1"] : Array.Empty<string>(),
    ];

    // | PP | TG | B | N_KV | T_PP s | S_PP t/s | T_TG s | S_TG t/s | T s | S t/s |
    private ProcessTrial Batched(string program, string model, bool latent, Workload work)
    {
        BenchCase run = work.Case;
        int prompt = Math.Max(run.Depth, run.Prompt);
        int cells = (run.SharedPrefix > 0 ? prompt : prompt * run.Batch) + (run.Decode * run.Batch) + 256;
        string[] command =
        [
            program, "-m", model, "-t", Text($"{threads}"), "-c", Text($"{cells}"), "-b", "2048", "-ub", "512", "-fa", "on", "-ctk", "f16", "-ctv", "f16",
            "-npp", Text($"{prompt}"), "-ntg", Text($"{run.Decode}"), "-npl", Text($"{run.Batch}"),
            .. run.SharedPrefix > 0 ? ["-pps"] : Array.Empty<string>(),
            .. repack ? ["-rtr", "-thp"] : Array.Empty<string>(),
            .. latent ? ["-mla", "3"] : Array.Empty<string>(),
        ];
        int column = work.Kind == WorkKind.Total ? 9 : 7;
        return new ProcessTrial(command, output =>
        {
            string? row = output.Split('\n').LastOrDefault(l => l.StartsWith('|') && l.Any(char.IsAsciiDigit));
            return row is null ? null : new Reading(double.Parse(row.Split('|')[column], NumberStyles.Float, CultureInfo.InvariantCulture));
        });
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
