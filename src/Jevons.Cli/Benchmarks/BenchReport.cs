using System.Globalization;
using System.Text.Json;
using Jevons.Hub;
using Jevons.Inference;
using Jevons.Kernels;

namespace Jevons.Cli;

/// <summary>The results of a benchmark with what they are to be compared with.</summary>
internal sealed class BenchReport
{
    private static readonly CultureInfo s_culture = CultureInfo.InvariantCulture;

    private readonly Model _model;
    private readonly ComputeResources _resources;
    private readonly Ceilings _ceilings;
    private readonly TimeSpan _loadTime;
    private readonly int _repetitions;
    private readonly IReadOnlyList<BenchResult> _results;
    private readonly WorkPerToken _work;

    /// <summary>Makes a report.</summary>
    public BenchReport(
        Model model, ComputeResources resources, Ceilings ceilings, TimeSpan loadTime, int repetitions, IReadOnlyList<BenchResult> results)
    {
        _model = model;
        _resources = resources;
        _ceilings = ceilings;
        _loadTime = loadTime;
        _repetitions = repetitions;
        _results = results;
        _work = new WorkPerToken(model.Description.File.Weights!, model.Config);
    }

    private bool ComputesInt8 => _work.IsMostlyQuantized && !_model.IsExact;

    /// <summary>Writes a table for people.</summary>
    public void WriteText(TextWriter writer)
    {
        string mode = _model.IsExact ? ", exact" : _model.Activations == ActivationType.BFloat16 ? ", bf16 activations" : "";
        writer.WriteLine(Text(
            $"{_model.Name} ({_model.Config.Architecture}, {ByteText.Of(_model.WeightBytes)}), {_resources.Threads} thread{(_resources.Threads == 1 ? "" : "s")}, {Lower(_model.Features.Isa)}, cache {Lower(_resources.Plan.CacheType)}{mode}"));
        writer.WriteLine(Text(
            $"machine: memory {_ceilings.MemoryBandwidth / 1e9:F1} GB/s, f32 {_ceilings.Float32 / 1e9:F0} GFLOP/s, int8 {_ceilings.Int8 / 1e9:F0} GOP/s"));
        writer.WriteLine();
        List<string[]> rows = [["TEST", "DEPTH", "BATCH", "SHARED", "TOKENS/S", "MS P50", "MS P99", "OF CEILING"]];
        foreach (BenchResult result in _results)
        {
            BenchCase run = result.Case;
            if (run.Prompt > 0)
            {
                rows.Add(Row(
                    $"prompt {run.Prompt}", run, result.PromptRate, Text($"{result.PromptSeconds * 1e3:F0}"), "", Text($"{PromptShare(result):P0} of {(ComputesInt8 ? "int8" : "f32")}")));
            }

            if (run.Decode > 0)
            {
                rows.Add(Row(
                    $"decode {run.Decode}", run, result.DecodeRate, Text($"{result.StepQuantile(0.5) * 1e3:F1}"), Text($"{result.StepQuantile(0.99) * 1e3:F1}"), Text($"{BandwidthShare(result):P0} of memory")));
            }
        }

        TextTable.Write(writer, rows);
        writer.WriteLine();
        BenchResult first = _results[0];
        string firstToken = first.Case.Prompt > 0 ? Text($", first token after {HumanText.Duration(TimeSpan.FromSeconds(first.PromptSeconds))} (prompt {first.Case.Prompt})") : "";
        string peak = MachineMemory.PeakOfProcess() is long bytes ? $", peak memory {ByteText.Of(bytes)}" : "";
        writer.WriteLine(Text($"loaded in {HumanText.Duration(_loadTime)}{firstToken}{peak}; medians of {_repetitions}"));
    }

    /// <summary>Writes the properties of an object.</summary>
    public void WriteJson(Utf8JsonWriter json)
    {
        json.WriteString("model", _model.Name);
        json.WriteString("file", _model.Description.File.Path);
        json.WriteString("architecture", _model.Config.Architecture);
        json.WriteNumber("weight_bytes", _model.WeightBytes);
        json.WriteNumber("threads", _resources.Threads);
        json.WriteString("isa", Lower(_model.Features.Isa));
        json.WriteString("kv", Lower(_resources.Plan.CacheType));
        json.WriteBoolean("exact", _model.IsExact);
        json.WriteString("activations", _model.Activations == ActivationType.BFloat16 ? "bf16" : _model.IsExact ? "f32" : "int8");
        json.WriteNumber("repetitions", _repetitions);
        JsonNumbers.Write(json, "load_seconds", _loadTime.TotalSeconds);
        if (MachineMemory.PeakOfProcess() is long peak)
        {
            json.WriteNumber("peak_memory_bytes", peak);
        }

        json.WriteStartObject("ceilings");
        JsonNumbers.Write(json, "memory_bytes_per_second", _ceilings.MemoryBandwidth);
        JsonNumbers.Write(json, "float32_operations_per_second", _ceilings.Float32);
        JsonNumbers.Write(json, "int8_operations_per_second", _ceilings.Int8);
        json.WriteEndObject();
        json.WriteStartArray("results");
        foreach (BenchResult result in _results)
        {
            json.WriteStartObject();
            WriteResult(json, result);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private void WriteResult(Utf8JsonWriter json, BenchResult result)
    {
        BenchCase run = result.Case;
        json.WriteNumber("prompt", run.Prompt);
        json.WriteNumber("decode", run.Decode);
        json.WriteNumber("depth", run.Depth);
        json.WriteNumber("batch", run.Batch);
        json.WriteNumber("shared_prefix", run.SharedPrefix);
        json.WriteNumber("warm_ups", result.WarmUps);
        if (run.Prompt > 0)
        {
            JsonNumbers.Write(json, "prompt_tokens_per_second", result.PromptRate);
            JsonNumbers.Write(json, "time_to_first_token_seconds", result.PromptSeconds);
            json.WriteString("prompt_ceiling", ComputesInt8 ? "int8" : "float32");
            JsonNumbers.Write(json, "prompt_share_of_ceiling", PromptShare(result));
        }

        if (run.Decode > 0)
        {
            JsonNumbers.Write(json, "decode_tokens_per_second", result.DecodeRate);
            JsonNumbers.Write(json, "decode_step_seconds_p50", result.StepQuantile(0.5));
            JsonNumbers.Write(json, "decode_step_seconds_p99", result.StepQuantile(0.99));
            JsonNumbers.Write(json, "decode_bytes_per_step", BytesPerStep(run));
            JsonNumbers.Write(json, "decode_share_of_memory_bandwidth", BandwidthShare(result));
        }
    }

    // Weights once a step, and the cache of each sequence at the middle of what is decoded.
    private double BytesPerStep(BenchCase run)
    {
        double positions = run.Depth + run.Prompt + (run.Decode / 2.0);
        return _work.DecodeBytes(run.Batch) + (run.Batch * positions * _resources.Plan.CacheBytesPerToken);
    }

    private double BandwidthShare(BenchResult result) =>
        result.DecodeSeconds > 0 ? BytesPerStep(result.Case) * result.Case.Decode / result.DecodeSeconds / _ceilings.MemoryBandwidth : 0;

    private double PromptShare(BenchResult result) =>
        _work.PromptOperations * result.PromptRate / (ComputesInt8 ? _ceilings.Int8 : _ceilings.Float32);

    private static string[] Row(string test, BenchCase run, double rate, string median, string tail, string share) =>
        [test, run.Depth.ToString(s_culture), run.Batch.ToString(s_culture), run.SharedPrefix.ToString(s_culture), Text($"{rate:F2}"), median, tail, share];

    private static string Lower(Enum value) => value.ToString().ToLowerInvariant();

    private static string Text(FormattableString text) => text.ToString(s_culture);
}
