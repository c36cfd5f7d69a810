using System.CommandLine;
using Jevons.Formats;
using Jevons.Hub;
using Jevons.Kernels.Quantization;
using Jevons.Models;
using Jevons.Numerics;

namespace Jevons.Cli;

/// <summary><c>quantize</c>: a GGUF file to a smaller GGUF file.</summary>
internal static class QuantizeVerb
{
    /// <summary>Makes the verb.</summary>
    /// <param name="context">Streams and environment.</param>
    /// <returns>The command.</returns>
    public static VerbCommand Create(CliContext context)
    {
        Argument<string> source = new("SRC") { Description = "A .gguf file with F32, F16 or BF16 weights, or a name from 'jevons ls'." };
        Argument<string> target = new("DST") { Description = "The .gguf file to write." };
        Argument<string> type = new("TYPE") { Description = "Q8_0, Q4_0, Q4_1, Q5_0, Q5_1, Q2_K, Q3_K_S/M/L, Q4_K_S/M, Q5_K_S/M, Q6_K, IQ4_NL, IQ4_XS ..." };
        type.CompletionSources.Add(Enum.GetNames<QuantizationMix>());
        Option<bool> again = new("--allow-requantize") { Description = "Quantises weights that are quantised already; the losses add up." };
        Option<int?> threads = SharedOptions.Threads();
        Option<bool> json = SharedOptions.Json();
        VerbCommand command = new(
            "quantize",
            "Writes a GGUF file with smaller weights, the bytes that llama.cpp writes without an importance matrix.",
            "jevons quantize model-BF16.gguf model-Q4_K_M.gguf Q4_K_M")
        {
            source, target, type, again, threads, json,
        };
        command.SetAction(parsed =>
        {
            QuantizationMix mix = Spellings.Mix(parsed.GetRequiredValue(type));
            string from = ModelReference.Resolve(context, parsed.GetRequiredValue(source));
            string to = parsed.GetRequiredValue(target);
            using OpenedModel model = ModelPath.Open(from);
            GgufFile file = model.Gguf ?? throw new UsageException(
                $"{from} is no GGUF file; first 'jevons convert {from} model.gguf', then quantise that file");
            if (file.Files.Any(f => Path.GetFullPath(f) == Path.GetFullPath(to)))
            {
                throw new UsageException("DST is a file of SRC; write to another name");
            }

            GgufQuantizer quantizer = new(file, mix, parsed.GetValue(again));
            using WorkerPool pool = new(parsed.GetValue(threads) ?? Environment.ProcessorCount);
            using WriteProgress progress = new(context, "quantising");
            IReadOnlyList<TensorSource> tensors = quantizer.Tensors(pool, progress.Report);
            progress.Total = tensors.Sum(t => t.ByteLength);
            GgufWriter.Write(to, quantizer.Metadata(), tensors);
            progress.Dispose();
            Report(context, parsed.GetValue(json), mix, file, to, tensors, progress.Elapsed);
            return ExitCodes.Ok;
        });
        return command;
    }

    private static void Report(
        CliContext context, bool isJson, QuantizationMix mix, GgufFile source, string target, IReadOnlyList<TensorSource> tensors, TimeSpan elapsed)
    {
        long before = source.Tensors.Sum(t => t.ByteLength);
        long after = tensors.Sum(t => t.ByteLength);
        (TensorType Type, int Count)[] types = [.. tensors.GroupBy(t => t.Type).Select(g => (g.Key, g.Count())).OrderByDescending(g => g.Item2)];
        if (!isJson)
        {
            context.Out.WriteLine($"{target}: {mix}, {ByteText.Of(before)} of weights became {ByteText.Of(after)} in {ProgressBar.Duration(elapsed)}");
            context.Out.WriteLine(string.Join(", ", types.Select(t => $"{t.Count} x {t.Type}")));
            return;
        }

        JsonOutput.WriteObject(context.Out, json =>
        {
            json.WriteString("path", target);
            json.WriteString("type", mix.ToString());
            json.WriteNumber("bytes_before", before);
            json.WriteNumber("bytes_after", after);
            json.WriteNumber("seconds", Math.Round(elapsed.TotalSeconds, 3));
            json.WriteStartObject("tensors");
            foreach ((TensorType type, int count) in types)
            {
                json.WriteNumber(type.ToString(), count);
            }

            json.WriteEndObject();
        });
    }
}
