using System.CommandLine;
using Jevons.Formats;
using Jevons.Hub;
using Jevons.Kernels.Quantization;
using Jevons.Models;

namespace Jevons.Cli;

/// <summary><c>synth</c>: a file of random weights at real dimensions, to measure speed with.</summary>
internal static class SynthVerb
{
    /// <summary>Makes the verb.</summary>
    /// <param name="context">Streams and environment.</param>
    /// <returns>The command.</returns>
    public static VerbCommand Create(CliContext context)
    {
        Argument<string> target = new("DST") { Description = "The .gguf file to write." };
        Option<string> like = new("--like")
        {
            Description = $"Whose dimensions: {string.Join(", ", ModelShapes.Names)}, or a GGUF file, of which the header is enough.",
            HelpName = "MODEL",
            Required = true,
        };
        Option<string?> type = new("--type") { Description = "Q4_K_M and the others of 'quantize', BF16, F16, F32; a GGUF file's own unless given.", HelpName = "TYPE" };
        like.CompletionSources.Add([.. ModelShapes.Names]);
        type.CompletionSources.Add(Enum.GetNames<QuantizationMix>());
        Option<ulong> seed = new("--seed") { Description = "Of the weights.", HelpName = "N", DefaultValueFactory = _ => 1 };
        Option<bool> json = SharedOptions.Json();
        VerbCommand command = new(
            "synth",
            "Writes a model of random weights at real dimensions: speed does not depend on values.",
            "jevons synth bench.gguf --like r1-distill-qwen-1.5b --type q4_k_m")
        {
            target, like, type, seed, json,
        };
        command.SetAction(parsed =>
        {
            QuantizationMix? mix = parsed.GetValue(type) is { } name ? Spellings.Mix(name) : null;
            string shape = parsed.GetRequiredValue(like);
            using OpenedModel? source = ModelShapes.Find(shape) is null ? OpenSource(context, shape) : null;
            if (source is { Gguf: null })
            {
                throw new UsageException($"{shape} is no GGUF file; name a .gguf file or one of {string.Join(", ", ModelShapes.Names)}");
            }

            using WriteProgress progress = new(context, "writing");
            SyntheticModel model = source?.Gguf is { } file
                ? new SyntheticModel(file, mix, parsed.GetValue(seed), progress.Report)
                : new SyntheticModel(shape, ModelShapes.Find(shape)!, mix ?? throw new UsageException("--type is missing: a named shape has none of its own"), parsed.GetValue(seed), progress.Report);
            string to = parsed.GetRequiredValue(target);
            long bytes = model.Tensors.Sum(t => t.ByteLength);
            progress.Total = bytes;
            GgufWriter.Write(to, model.Metadata, model.Tensors);
            progress.Dispose();
            if (parsed.GetValue(json))
            {
                JsonOutput.WriteObject(context.Out, writer =>
                {
                    writer.WriteString("path", to);
                    writer.WriteNumber("bytes", bytes);
                    writer.WriteNumber("tensors", model.Tensors.Count);
                });
            }
            else
            {
                context.Out.WriteLine($"{to}: {ByteText.Of(bytes)} of random weights in {model.Tensors.Count} tensors");
            }

            return ExitCodes.Ok;
        });
        return command;
    }

    private static OpenedModel OpenSource(CliContext context, string name)
    {
        if (!name.EndsWith(".gguf", StringComparison.OrdinalIgnoreCase))
        {
            throw new UsageException($"'{name}' is no known shape{Spelling.Hint(name, [.. ModelShapes.Names], "")}; there are {string.Join(", ", ModelShapes.Names)}, or name a .gguf file");
        }

        return ModelPath.Open(ModelReference.Resolve(context, name));
    }
}
