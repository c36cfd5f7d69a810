using Jevons.Formats;
using Jevons.Inference;
using Jevons.Models;
using Jevons.Numerics;
using Jevons.Tokenization;

namespace Jevons.Cli;

/// <summary>A Hugging Face folder to a GGUF file.</summary>
internal static class GgufConversion
{
    private const int HashLength = 40;

    /// <summary>Writes the file.</summary>
    /// <param name="folder">The source.</param>
    /// <param name="request">What was asked for.</param>
    /// <returns>What was written.</returns>
    public static ConversionOutcome Run(HuggingFaceFolder folder, ConversionRequest request)
    {
        ModelConfig config = ModelLoader.ReadConfig(folder.Config);
        TensorType type = request.Type ?? (folder.Weights is { } weights ? GgufConverter.OwnType(weights) : TensorType.F16);
        string name = NameOf(folder);
        bool keepDraft = request.KeepDraft && !request.VocabOnly;
        GgufMetadata metadata = GgufMetadataWriter.Create(config, ModelTitle.Of(name, CountParameters(folder)), type, keepDraft);
        AddSampling(metadata, folder.GenerationConfig);
        AddTokenizer(metadata, folder, config, request.Context);

        string target = Directory.Exists(request.Target) ? Path.Combine(request.Target, $"{name}-{type}.gguf") : request.Target;
        using WriteProgress progress = new(request.Context, "converting");
        IReadOnlyList<TensorSource> tensors = request.VocabOnly ? [] : new GgufConverter(folder, type, keepDraft).Tensors(progress.Report);
        progress.Total = tensors.Sum(t => t.ByteLength);
        GgufWriter.Write(target, metadata, tensors);
        return new ConversionOutcome(target, type, tensors.Count, progress.Total);
    }

    // A snapshot of Hugging Face's cache is named by its commit; the repository's folder two levels up has the name.
    private static string NameOf(HuggingFaceFolder folder)
    {
        DirectoryInfo directory = new(Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder.Path)));
        bool isSnapshot = directory.Name.Length == HashLength && directory.Name.All(char.IsAsciiHexDigit);
        return isSnapshot && directory.Parent?.Parent is { } repository ? repository.Name.Split("--")[^1] : directory.Name;
    }

    private static long CountParameters(HuggingFaceFolder folder) => folder.Weights?.Tensors
        .Where(t => !t.Name.EndsWith("_scale_inv", StringComparison.Ordinal))
        .Sum(t => t.ElementCount) ?? 0;

    private static void AddTokenizer(GgufMetadata metadata, HuggingFaceFolder folder, ModelConfig config, CliContext context)
    {
        if (folder.TokenizerJsonPath is null && folder.TokenizerModelPath is null)
        {
            context.Note($"{folder.Path} has no tokenizer.json and no tokenizer.model: the new file takes and gives token ids only");
            metadata.Set("tokenizer.ggml.model", GgufValue.Of("none"));

            // Without tokens this key alone says how many there are; llama.cpp opens no qwen2 or qwen3 file that lacks both.
            metadata.Set($"{config.Architecture}.vocab_size", GgufValue.Of((uint)config.VocabSize));
            AddId(metadata, folder, "bos_token_id");
            AddId(metadata, folder, "eos_token_id");
            return;
        }

        LoadedTokenizer tokenizer = TokenizerFiles.ReadForGguf(folder.Path);
        TokenizerDefinition definition = tokenizer.Definition with { ChatTemplate = tokenizer.ChatTemplate };
        if (definition.Tokens.Count > config.VocabSize)
        {
            throw new InvalidDataException(
                $"{tokenizer.Path}: {definition.Tokens.Count} tokens, more than the vocab_size of {config.VocabSize} in {folder.Config.File}");
        }

        GgufTokenizerKeys.Write(definition.ToGguf(config.VocabSize), metadata);
    }

    private static void AddId(GgufMetadata metadata, HuggingFaceFolder folder, string name)
    {
        if ((folder.Config.GetIntsOrNull(name) ?? folder.GenerationConfig?.GetIntsOrNull(name)) is [>= 0 and int id, ..])
        {
            metadata.Set("tokenizer.ggml." + name, GgufValue.Of((uint)id));
        }
    }

    private static void AddSampling(GgufMetadata metadata, ConfigJson? generation)
    {
        if (generation is null)
        {
            return;
        }

        foreach ((string from, string to) in new[]
        {
            ("temperature", "temp"), ("top_p", "top_p"), ("min_p", "min_p"), ("repetition_penalty", "penalty_repeat"),
            ("xtc_probability", "xtc_probability"), ("xtc_threshold", "xtc_threshold"),
        })
        {
            if (generation.GetDoubleOrNull(from) is double value)
            {
                metadata.Set("general.sampling." + to, GgufValue.Of((float)value));
            }
        }

        if (generation.GetIntOrNull("top_k") is int topK)
        {
            metadata.Set("general.sampling.top_k", GgufValue.Of(topK));
        }
    }
}
