using System.Text.Json;
using Jevons.Formats;
using Jevons.Inference;
using Jevons.Models;
using Jevons.Tokenization;

namespace Jevons.Cli;

/// <summary>A GGUF file to a Hugging Face folder.</summary>
internal static class FolderConversion
{
    private static readonly JsonWriterOptions s_indented = new() { Indented = true, NewLine = "\n" };
    private static readonly string[] s_tokenKeys = ["bos_token_id", "eos_token_id"];

    // Sampling values: key of GGUF, key of generation_config.json.
    private static readonly (string From, string To)[] s_sampling =
    [
        ("temp", "temperature"), ("top_p", "top_p"), ("min_p", "min_p"), ("penalty_repeat", "repetition_penalty"),
        ("xtc_probability", "xtc_probability"), ("xtc_threshold", "xtc_threshold"),
    ];

    /// <summary>Writes the folder.</summary>
    /// <param name="file">The source.</param>
    /// <param name="request">What was asked for.</param>
    /// <returns>What was written.</returns>
    /// <exception cref="UsageException">The folder holds a model already.</exception>
    public static ConversionOutcome Run(GgufFile file, ConversionRequest request)
    {
        string folder = request.Target;
        if (File.Exists(folder) || File.Exists(Path.Combine(folder, "config.json")))
        {
            throw new UsageException($"{folder} is there already; name a new folder");
        }

        HuggingFaceConverter converter = new(file, request.Type);
        byte[] config = converter.ConfigJson();
        using WriteProgress progress = new(request.Context, "converting");
        IReadOnlyList<TensorSource> tensors = request.VocabOnly ? [] : converter.Tensors(progress.Report);
        progress.Total = tensors.Sum(t => t.ByteLength);
        Directory.CreateDirectory(folder);
        if (!request.VocabOnly)
        {
            SafetensorsWriter.Write(
                Path.Combine(folder, "model.safetensors"), tensors, new Dictionary<string, string>(StringComparer.Ordinal) { ["format"] = "pt" });
        }

        progress.Dispose();
        WriteTokenizer(file, folder, request.Context);
        WriteGenerationConfig(file, folder);

        // The file that makes the folder a model comes last.
        File.WriteAllBytes(Path.Combine(folder, "config.json"), config);
        return new ConversionOutcome(folder, converter.Type, tensors.Count, progress.Total);
    }

    private static void WriteTokenizer(GgufFile file, string folder, CliContext context)
    {
        if (GgufTokenizerKeys.Read(file.Metadata) is not { } keys)
        {
            context.Note($"{file.Path} has no tokenizer, so none is written");
            return;
        }

        TokenizerDefinition definition = TokenizerDefinition.FromGguf(keys);
        if (TokenizerJsonWriter.WhyNot(definition) is { } reason)
        {
            context.Note($"tokenizer.json is not written: {reason}");
        }
        else
        {
            Write(Path.Combine(folder, "tokenizer.json"), stream => TokenizerJsonWriter.Write(definition, stream));
        }

        if (definition.Kind == TokenizerKind.SentencePieceBpe)
        {
            Write(Path.Combine(folder, "tokenizer.model"), stream => SentencePieceModelWriter.Write(definition, stream));
        }

        Write(Path.Combine(folder, "tokenizer_config.json"), stream => TokenizerJsonWriter.WriteConfig(definition, stream));
    }

    private static void WriteGenerationConfig(GgufFile file, string folder)
    {
        GgufMetadata metadata = file.Metadata;
        Write(Path.Combine(folder, "generation_config.json"), stream =>
        {
            using Utf8JsonWriter json = new(stream, s_indented);
            json.WriteStartObject();
            foreach (string name in s_tokenKeys)
            {
                if (metadata.GetInt64OrNull("tokenizer.ggml." + name) is long id)
                {
                    json.WriteNumber(name, id);
                }
            }

            foreach ((string from, string to) in s_sampling)
            {
                if (metadata.GetSingleOrNull("general.sampling." + from) is float value)
                {
                    json.WriteNumber(to, value);
                }
            }

            if (metadata.GetInt32OrNull("general.sampling.top_k") is int topK)
            {
                json.WriteNumber("top_k", topK);
            }

            json.WriteEndObject();
        });
    }

    private static void Write(string path, Action<Stream> write)
    {
        using OutputFile file = new(path);
        write(file.Stream);
        file.Commit();
    }
}
