using Jevons.Formats;
using Jevons.Models;
using Jevons.Tokenization;
using Jevons.Tokenization.ChatTemplates;

namespace Jevons.Inference;

/// <summary>
/// A model as its metadata describes it, without its weights: configuration, tokenizer, chat template, recommended sampling.
/// Works from a header whose tensor data is absent. The tokenizer is built when it is first asked for. Thread-safe.
/// </summary>
public sealed class ModelDescription : IDisposable
{
    private const string R1User = "<｜User｜>";
    private const string R1Assistant = "<｜Assistant｜>";

    private readonly Lazy<Tokenizer?> _tokenizer;
    private readonly Lazy<ChatTemplate?> _template;
    private readonly Lazy<ThinkingTags?> _tags;

    private ModelDescription(OpenedModel file, string? chatTemplate)
    {
        File = file;
        Config = file.Gguf is { } gguf ? ModelLoader.ReadConfig(gguf)
            : file.Folder is { } folder ? ModelLoader.ReadConfig(folder.Config)
            : throw new InvalidDataException(
                $"{file.Path}: a safetensors file without a config.json beside it does not say what model it is; name the folder that has both");
        Name = NameOf(file);
        TemplateSource = chatTemplate ?? TemplateOf(file);
        R1Evidence = FindR1Evidence();
        SamplingDefaults = SamplingDefaultsReader.Read(file, R1Evidence);
        _tokenizer = new Lazy<Tokenizer?>(() => ReadTokenizer(file));
        _template = new Lazy<ChatTemplate?>(() => TemplateSource is null ? null : ChatTemplate.Parse(TemplateSource));
        _tags = new Lazy<ThinkingTags?>(() => Tokenizer is null ? null : ThinkingTags.Find(Tokenizer, TemplateSource));
    }

    /// <summary>The opened file or folder.</summary>
    public OpenedModel File { get; }

    /// <summary>Name as the file gives it, else the file's own.</summary>
    public string Name { get; }

    /// <summary>The configuration.</summary>
    public ModelConfig Config { get; }

    /// <summary>The tokenizer; null when the model has none.</summary>
    /// <exception cref="InvalidDataException">The model's tokenizer is damaged or of an unknown kind.</exception>
    public Tokenizer? Tokenizer => _tokenizer.Value;

    /// <summary>Source of the chat template, or null.</summary>
    public string? TemplateSource { get; }

    /// <summary>The chat template; null when the model has none.</summary>
    /// <exception cref="JinjaException">It does not parse.</exception>
    public ChatTemplate? ChatTemplate => _template.Value;

    /// <summary>Recommended sampling and where it comes from.</summary>
    public SamplingDefaults SamplingDefaults { get; }

    /// <summary>The thinking tags; null for a model that has only an answer.</summary>
    public ThinkingTags? ThinkingTags => _tags.Value;

    /// <summary>What shows that the model is of the R1 family, or null when nothing does.</summary>
    public string? R1Evidence { get; }

    /// <summary>True when the model thinks before it answers: its template handles thinking and its vocabulary can write it.</summary>
    public bool IsReasoning => ThinkingTags is { } tags
        && (R1Evidence is not null || (TemplateSource?.Contains(tags.Close, StringComparison.Ordinal) ?? false));

    /// <summary>Opens a GGUF file or Hugging Face folder; reads headers only.</summary>
    /// <param name="path">A file or folder.</param>
    /// <param name="chatTemplate">Source of a chat template to use instead of the model's own.</param>
    /// <returns>The description; the caller disposes it.</returns>
    /// <exception cref="FileNotFoundException">There is nothing at that path.</exception>
    /// <exception cref="InvalidDataException">It is damaged or not supported.</exception>
    public static ModelDescription Open(string path, string? chatTemplate = null)
    {
        OpenedModel file = ModelPath.Open(path);
        try
        {
            return new ModelDescription(file, chatTemplate);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>The tokens that end a generation: those of the tokenizer and of the configuration.</summary>
    /// <returns>The tokens; none when the model names none.</returns>
    public StopTokens ReadStopTokens()
    {
        SortedSet<int> ids = [];
        if (Tokenizer is { } tokenizer)
        {
            ids.UnionWith(tokenizer.EndOfGenerationIds.ToArray());
        }

        ids.UnionWith(File.Folder?.Config.GetIntsOrNull("eos_token_id") ?? []);
        ids.UnionWith(File.Folder?.GenerationConfig?.GetIntsOrNull("eos_token_id") ?? []);
        if (Tokenizer is null && File.Gguf?.Metadata.GetInt64OrNull("tokenizer.ggml.eos_token_id") is long eos)
        {
            ids.Add((int)eos);
        }

        ids.RemoveWhere(id => (uint)id >= (uint)Config.VocabSize);
        return new StopTokens([.. ids]);
    }

    /// <inheritdoc/>
    public void Dispose() => File.Dispose();

    private static string NameOf(OpenedModel file) =>
        file.Gguf?.Metadata.GetStringOrNull("general.name") is { Length: > 0 } name
            ? name
            : Path.GetFileNameWithoutExtension(Path.TrimEndingDirectorySeparator(file.Path));

    private static string? TemplateOf(OpenedModel file) =>
        file.Gguf is { } gguf ? gguf.Metadata.GetStringOrNull("tokenizer.chat_template") : file.Folder?.ChatTemplate;

    private static Tokenizer? ReadTokenizer(OpenedModel file)
    {
        try
        {
            if (file.Gguf is { } gguf)
            {
                return GgufTokenizerKeys.Read(gguf.Metadata) is { } keys ? Tokenizer.Create(TokenizerDefinition.FromGguf(keys)) : null;
            }

            return file.Folder is { } folder ? ReadFolder(folder) : null;
        }
        catch (InvalidDataException e)
        {
            string path = file.Folder?.TokenizerJsonPath ?? file.Folder?.TokenizerModelPath ?? file.Path;
            throw new InvalidDataException($"{path}: the tokenizer cannot be used: {e.Message}", e);
        }
    }

    private static Tokenizer? ReadFolder(HuggingFaceFolder folder)
    {
        if (folder.TokenizerJsonPath is { } json)
        {
            string config = Path.Combine(folder.Path, "tokenizer_config.json");
            using FileStream stream = OpenRead(json);
            using FileStream? configStream = folder.TokenizerConfig is null ? null : OpenRead(config);
            return Tokenizer.Create(TokenizerJson.Read(stream, configStream));
        }

        if (folder.TokenizerModelPath is { } model)
        {
            using FileStream stream = OpenRead(model);
            return Tokenizer.Create(SentencePieceModel.Read(stream));
        }

        return null;
    }

    private static FileStream OpenRead(string path) => new(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete);

    private string? FindR1Evidence()
    {
        if (TemplateSource is { } template
            && template.Contains(R1User, StringComparison.Ordinal)
            && template.Contains(R1Assistant, StringComparison.Ordinal)
            && template.Contains("</think>", StringComparison.Ordinal))
        {
            return "its chat template";
        }

        foreach (string key in new[] { "general.basename", "general.name", "general.base_model.0.name" })
        {
            if (File.Gguf?.Metadata.GetStringOrNull(key) is { } value && IsR1Name(value))
            {
                return $"{key} \"{value}\"";
            }
        }

        return File.Folder?.Config.GetStringOrNull("_name_or_path") is { } path && IsR1Name(path) ? $"_name_or_path \"{path}\"" : null;
    }

    private static bool IsR1Name(string name)
    {
        string plain = name.Replace(' ', '-').Replace('_', '-');
        return plain.Contains("DeepSeek-R1", StringComparison.OrdinalIgnoreCase) || plain.Contains("R1-Distill", StringComparison.OrdinalIgnoreCase);
    }
}
