using System.CommandLine;
using Jevons.Formats;
using Jevons.Hub;
using Jevons.Numerics;

namespace Jevons.Cli;

/// <summary><c>convert</c>: a Hugging Face folder to a GGUF file, or back.</summary>
internal static class ConvertVerb
{
    /// <summary>Makes the verb.</summary>
    /// <param name="context">Streams and environment.</param>
    /// <returns>The command.</returns>
    public static VerbCommand Create(CliContext context)
    {
        Argument<string> source = new("SRC") { Description = "A Hugging Face folder (config.json, safetensors), a .gguf file, or a name from 'jevons ls'." };
        Argument<string> target = new("DST") { Description = "The .gguf file to write, or the folder to write when SRC is a .gguf file." };
        Option<string?> type = new("--type") { Description = "f32, f16 or bf16 for the matrices; unless given what SRC has (bf16 for FP8).", HelpName = "TYPE" };
        type.CompletionSources.Add("f32", "f16", "bf16");
        Option<bool> vocabOnly = new("--vocab-only") { Description = "Writes configuration and tokenizer without weights, which need not be there." };
        Option<bool> keepDraft = new("--keep-mtp") { Description = "Keeps the multi-token-prediction layer, which llama.cpp does not read." };
        Option<bool> json = SharedOptions.Json();
        VerbCommand command = new(
            "convert",
            "Converts a Hugging Face folder to a GGUF file, or a GGUF file to such a folder.",
            "jevons convert ./DeepSeek-R1-Distill-Qwen-1.5B model.gguf --type bf16",
            "jevons convert model.gguf ./model-folder")
        {
            source, target, type, vocabOnly, keepDraft, json,
        };
        command.SetAction(parsed =>
        {
            TensorType? chosen = parsed.GetValue(type) is { } name
                ? Spellings.TensorType(name, t => t is TensorType.F32 or TensorType.F16 or TensorType.BF16)
                : null;
            string from = ModelReference.Resolve(context, parsed.GetRequiredValue(source));
            using OpenedModel model = ModelPath.Open(from);
            ConversionRequest request = new(context, parsed.GetRequiredValue(target), chosen, parsed.GetValue(vocabOnly), parsed.GetValue(keepDraft));
            ConversionOutcome outcome = model switch
            {
                { Folder: { } folder } => GgufConversion.Run(folder, request),
                { Gguf: { } gguf } => FolderConversion.Run(gguf, request),
                _ => throw new UsageException($"{from} is a safetensors file without a config.json beside it; name the folder that has both"),
            };
            if (parsed.GetValue(json))
            {
                JsonOutput.WriteObject(context.Out, writer =>
                {
                    writer.WriteString("path", outcome.Path);
                    writer.WriteString("type", outcome.Type.ToString());
                    writer.WriteNumber("tensors", outcome.Tensors);
                    writer.WriteNumber("bytes", outcome.Bytes);
                });
            }
            else
            {
                context.Out.WriteLine($"{outcome.Path}: {outcome.Tensors} tensors, {ByteText.Of(outcome.Bytes)} of weights, matrices in {outcome.Type}");
            }

            return ExitCodes.Ok;
        });
        return command;
    }
}
